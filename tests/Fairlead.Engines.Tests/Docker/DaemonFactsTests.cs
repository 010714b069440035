using Fairlead.Core.Engines;
using Fairlead.Core.Manifests;
using Fairlead.Engines.Docker.Api;
using Fairlead.Engines.Docker.Daemons;

namespace Fairlead.Engines.Tests.Docker;

public sealed class DaemonFactsTests
{
    private static readonly InfoAnswer Able = new(MemoryLimit: true, SwapLimit: true, CpuCfsQuota: true, PidsLimit: true, "overlay2", "2", ["name=seccomp,profile=default"], null);

    [Fact]
    public void ADockerThatGivesAll_HasNothingToNote() => Facts(podman: false).NotesFor(DockerHome.Forever()).ShouldBeEmpty();

    [Fact]
    public void ADaemonWithoutFirewallRules_AndPodman_SayThatNetworksAreNotKeptApart()
    {
        (Facts(podman: false) with { Isolates = false }).Notes().ShouldHaveSingleItem().ShouldContain("--iptables=false");
        Facts(podman: true).Notes().ShouldHaveSingleItem().ShouldContain("Podman does not keep its networks apart");
    }

    [Fact]
    public void GpusOnPodman_AreRefusedRatherThanForgotten()
    {
        var spec = DockerHome.Forever() with { Resources = new ResourceSpec(Gpu: 1) };

        Facts(podman: true).Refusal(spec).ShouldNotBeNull().Code.ShouldBe("FL3047");
        Facts(podman: true).Refusal(DockerHome.Forever()).ShouldBeNull();
        Facts(podman: false).Refusal(spec).ShouldBeNull();
    }

    private static DaemonFacts Facts(bool podman) => new(new DockerClient.Agreed(ApiVersion.Oldest, "4.3.1", podman), Able, Isolates: true);
}

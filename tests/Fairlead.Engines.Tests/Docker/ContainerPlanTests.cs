using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;
using Fairlead.Engines.Docker.Api;
using Fairlead.Engines.Docker.Containers;

namespace Fairlead.Engines.Tests.Docker;

public sealed class ContainerPlanTests
{
    private static readonly ContainerSetting Setting = new("0123456789", "sha256:abc", "penguins:1@sha256:abc", ContainerPlan.OwnUser, "fairlead-0123456789-penguins", false, [], []);

    private static readonly ReplicaSpec Spec = new()
    {
        Id = ReplicaId.Parse("penguins-3-k7f2q"),
        Deployment = DeploymentName.Parse("penguins"),
        Revision = 3,
        Workload = new Workload.Model(Digest.Of([])),
        Environment = new Dictionary<string, string> { ["B"] = "2", ["A"] = "1" },
        Secrets = ["API_KEY", "TOKEN"],
    };

    [Fact]
    public void LabelsTellWhatItIsAndHoldNoVariable()
    {
        var plan = ContainerPlan.Of(Spec, Setting with { Notes = ["one", "two"] });

        plan.Labels.ShouldBe(new Dictionary<string, string>
        {
            ["dev.fairlead.deployment"] = "penguins",
            ["dev.fairlead.home"] = "0123456789",
            ["dev.fairlead.http"] = "8080",
            ["dev.fairlead.image"] = "penguins:1@sha256:abc",
            ["dev.fairlead.metrics"] = "8082",
            ["dev.fairlead.notes"] = "one\ntwo",
            ["dev.fairlead.replica"] = "penguins-3-k7f2q",
            ["dev.fairlead.revision"] = "3",
        }, ignoreOrder: true);
        var read = ContainerLabels.Read(plan.Labels).ShouldNotBeNull();
        (read.Replica, read.Deployment, read.Revision, read.Http, read.Metrics).ShouldBe((Spec.Id, Spec.Deployment, 3, 8080, 8082));
        read.Notes.ShouldBe(["one", "two"]);
    }

    [Fact]
    public void ASecretIsTheNameOfAFileInTheEnvironment() =>
        ContainerPlan.Of(Spec, Setting).Env.ShouldBe(["A=1", "API_KEY_FILE=/run/secrets/API_KEY", "B=2", "FAIRLEAD_REPLICA=penguins-3-k7f2q", "TOKEN_FILE=/run/secrets/TOKEN"]);

    [Fact]
    public void AnImageIsToldItsPortAndHasNoMetrics()
    {
        var plan = ContainerPlan.Of(Spec with { Workload = new Workload.Image("a:1", 9000), Secrets = [] }, Setting);

        plan.Env.ShouldContain("PORT=9000");
        plan.ExposedPorts.Keys.ShouldBe(["9000/tcp"]);
        plan.Labels.ContainsKey("dev.fairlead.metrics").ShouldBeFalse();
    }

    [Fact]
    public void PortsArePublishedAtTheLoopbackAddressOnlyAndOnlyWhenTheyMustBe()
    {
        ContainerPlan.Of(Spec, Setting).HostConfig.PortBindings.ShouldBeEmpty();
        var published = ContainerPlan.Of(Spec, Setting with { Published = true }).HostConfig.PortBindings;
        published.Keys.ShouldBe(["8080/tcp", "8082/tcp"]);
        published.Values.SelectMany(b => b).ShouldAllBe(b => b == new PortBinding("127.0.0.1", ""));
    }

    [Fact]
    public void GpusAreRequestsForDevices()
    {
        ContainerPlan.Of(Spec, Setting).HostConfig.DeviceRequests.ShouldBeEmpty();
        var request = ContainerPlan.Of(Spec with { Resources = new ResourceSpec(Gpu: 2) }, Setting).HostConfig.DeviceRequests.ShouldHaveSingleItem();
        request.Count.ShouldBe(2);
        request.Capabilities.ShouldHaveSingleItem().ShouldBe(["gpu"]);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("root", false)]
    [InlineData("0", false)]
    [InlineData("0:65532", false)]
    [InlineData("000", false)]
    [InlineData("65532", true)]
    [InlineData("65532:0", true)]
    [InlineData("app", true)]
    public void AnImagesOwnUserMayNotBeRoot(string user, bool allowed) =>
        UserRule.Of(new Workload.Image("a:1", 80), user).IsOk.ShouldBe(allowed);

    [Fact]
    public void ANameIsLookedUpInTheImage()
    {
        UserRule.NameToLookUp(new Workload.Image("a:1", 80), "app:app").ShouldBe("app");
        UserRule.NameToLookUp(new Workload.Image("a:1", 80), "1000").ShouldBeNull();
        UserRule.NameToLookUp(new Workload.Image("a:1", 80, "1000"), "app").ShouldBeNull();
        UserRule.IsRootIn("root:x:0:0::/:/bin/sh\napp:x:0:0::/:\n", "app").ShouldBeTrue();
        UserRule.IsRootIn("root:x:0:0::/:/bin/sh\napp:x:1000:0::/:\n", "app").ShouldBeFalse();
    }

    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(3, 3, null)]
    [InlineData(127, 127, null)]
    [InlineData(137, null, "SIGKILL")]
    [InlineData(139, null, "SIGSEGV")]
    [InlineData(255, 255, null)]
    public void DockersExitCodesTellSignals(int told, int? code, string? signal)
    {
        var exit = ExitRule.Of(new ContainerStateAnswer("exited", false, told, "", default, default), []);
        (exit.Code, exit.Signal).ShouldBe((code, signal));
    }
}

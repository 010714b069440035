using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Fairlead.Core.Engines;
using Fairlead.Core.Manifests;
using Fairlead.Core.Units;
using Fairlead.Testing.Containers;
using Fairlead.Testing.Skipping;

namespace Fairlead.Engines.Tests.Docker;

/// <summary>What a running replica may do, by what Docker says of it and by what a program inside it tries.</summary>
[SkippedWithoutDocker]
public sealed class HardeningTests : DockerTest
{
    private const string Listen = "nc -ll -p 8080 -e echo served & while :; do sleep 1; done";

    [ContractFact]
    public async Task ARunningReplicaSatisfiesTheRowsOfTheCisBenchmark()
    {
        var spec = DockerHome.Forever() with { Resources = new ResourceSpec(new CpuQuantity(500), new ByteSize(64 << 20)) };
        var state = (await Home.Open().StartAsync(spec, Deadline())).Value;

        using var inspected = JsonDocument.Parse((await DockerHome.DockerAsync("inspect", state.Handle)).Output);
        var container = inspected.RootElement[0];
        var (config, host) = (container.GetProperty("Config"), container.GetProperty("HostConfig"));

        config.GetProperty("User").GetString().ShouldBe("65532:65532", "4.1: not root");
        Texts(host, "CapDrop").ShouldBe(["ALL"], "5.3: no capability");
        Texts(host, "CapAdd").ShouldBeEmpty("5.3: none given back");
        host.GetProperty("Privileged").GetBoolean().ShouldBeFalse("5.4: not privileged");
        container.GetProperty("Mounts").EnumerateArray().Select(m => m.GetProperty("Destination").GetString()).ShouldBeEmpty("5.5, 5.19, 5.31: no folder of the host, no socket");
        host.GetProperty("PortBindings").EnumerateObject().ShouldBeEmpty("5.7, 5.8, 5.13: no port of the host");
        host.GetProperty("NetworkMode").GetString().ShouldNotBeOneOf(["host", "bridge", "default"], "5.9, 5.29: a network of its own");
        host.GetProperty("Memory").GetInt64().ShouldBe(64 << 20, "5.10: memory is limited");
        host.GetProperty("MemorySwap").GetInt64().ShouldBe(64 << 20, "5.10: and swap closed");
        host.GetProperty("NanoCpus").GetInt64().ShouldBe(500_000_000, "5.11: processor time is limited");
        host.GetProperty("ReadonlyRootfs").GetBoolean().ShouldBeTrue("5.12: the root file system is read-only");
        host.GetProperty("RestartPolicy").GetProperty("Name").GetString().ShouldBe("no", "5.14: the controller restarts, not Docker");
        host.GetProperty("PidMode").GetString().ShouldBe("", "5.15: not the host's processes");
        host.GetProperty("IpcMode").GetString().ShouldBe("private", "5.16: not the host's memory");
        Texts(host, "Devices").ShouldBeEmpty("5.17: no device");
        host.GetProperty("UTSMode").GetString().ShouldBe("", "5.20: not the host's name");
        Texts(host, "SecurityOpt").ShouldBe(["no-new-privileges"], "5.21: the default seccomp profile; 5.25: no new privileges");
        host.GetProperty("CgroupParent").GetString().ShouldBe("", "5.24: Docker's own cgroup");
        host.GetProperty("PidsLimit").GetInt64().ShouldBe(1024, "5.28: processes are limited");
        host.GetProperty("UsernsMode").GetString().ShouldBe("", "5.30: not the host's users");
        host.GetProperty("Tmpfs").GetProperty("/tmp").GetString().ShouldNotBeNull().ShouldContain("noexec");
    }

    [ContractFact]
    public async Task AProgramInsideCannotWriteButToItsTemporaryFolder()
    {
        var state = (await Home.Open().StartAsync(DockerHome.Forever(), Deadline())).Value;

        (await InsideAsync(state, "touch /here")).ShouldContain("Read-only file system");
        (await InsideAsync(state, "touch /etc/passwd")).ShouldContain("Read-only file system");
        (await InsideAsync(state, "touch /tmp/here && echo written")).ShouldContain("written");
    }

    [ContractFact]
    public async Task AProgramInsideCannotGainPrivileges()
    {
        const string become = "echo 'id -u' | /bin/busybox-setuid su root";

        // Without what the engine asks for the same program does become root: the test can fail.
        (await DockerHome.DockerAsync("run", "--rm", "--user", "65532", "-e", $"PROGRAM={become}", ShellImage.Name)).Output.Trim().ShouldBe("0");
        var state = (await Home.Open().StartAsync(DockerHome.Forever(), Deadline())).Value;

        var tried = await InsideAsync(state, become);

        tried.ShouldNotContain("\n0\n");
        tried.ShouldContain("must be suid");
        var status = await InsideAsync(state, "cat /proc/1/status");
        status.ShouldContain("NoNewPrivs:\t1");
        status.ShouldContain("CapBnd:\t0000000000000000");
        status.ShouldContain("Seccomp:\t2");
    }

    [ContractFact]
    public async Task AReplicaOfAnotherDeploymentCannotBeReachedAndTheGatewayReachesBoth()
    {
        var engine = Home.Open();
        var here = (await engine.StartAsync(DockerHome.Shell(Listen, "one"), Deadline())).Value;
        var sibling = (await engine.StartAsync(DockerHome.Shell(Listen, "one"), Deadline())).Value;
        var other = (await engine.StartAsync(DockerHome.Shell(Listen, "two"), Deadline())).Value;
        await ServesAsync(here.Http);
        await ServesAsync(sibling.Http);
        await ServesAsync(other.Http);

        // The same call to a replica of the same deployment is answered: what stops the other is the network.
        (await InsideAsync(here, $"timeout 3 nc {sibling.Http.Address} 8080 </dev/null")).ShouldContain("served");
        (await InsideAsync(here, $"timeout 3 nc {other.Http.Address} 8080 </dev/null")).ShouldNotContain("served");
        (await InsideAsync(other, $"timeout 3 nc {here.Http.Address} 8080 </dev/null")).ShouldNotContain("served");
    }

    [ContractFact]
    public async Task AnImageThatRunsAsRootIsRefusedUnlessTheManifestSaysHowItRuns()
    {
        var engine = Home.Open();
        var spec = DockerHome.Shell("id -u; while :; do sleep 1; done", image: ShellImage.RootName);

        var refused = await engine.StartAsync(spec, Deadline());
        var named = await engine.StartAsync(DockerHome.Shell("id -u", image: ShellImage.NamedRootName), Deadline());

        refused.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL3038");
        named.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL3038");
        (await engine.ObserveAsync(Deadline())).Replicas.ShouldBeEmpty();
        foreach (var (user, number) in new[] { ("1234", "1234"), ("root", "0") })
        {
            var allowed = DockerHome.Shell("id -u; while :; do sleep 1; done") with { Workload = new Workload.Image(ShellImage.RootName, 8080, user) };
            var state = (await engine.StartAsync(allowed, Deadline())).Value;
            (await InsideAsync(state, "id -u")).ShouldContain(number);
            (await InsideAsync(state, "touch /here")).ShouldContain("Read-only file system");
        }
    }

    private static async Task ServesAsync(IPEndPoint address)
    {
        var deadline = Deadline();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(address, deadline);
                using var reader = new StreamReader(client.GetStream());
                (await reader.ReadLineAsync(deadline)).ShouldBe("served");
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline);
            }
        }
    }

    private static IEnumerable<string?> Texts(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(t => t.GetString()) : [];
}

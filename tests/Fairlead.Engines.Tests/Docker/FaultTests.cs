using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;
using Fairlead.Core.Units;
using Fairlead.Testing.Containers;
using Fairlead.Testing.Skipping;

namespace Fairlead.Engines.Tests.Docker;

/// <summary>What happens to containers and daemon behind the engine's back.</summary>
[SkippedWithoutDocker]
public sealed class FaultTests : DockerTest
{
    [ContractFact]
    public async Task AContainerThatSomebodyElseRemovedIsShownAsEndedWithTheCause()
    {
        var engine = Home.Open();
        var state = (await engine.StartAsync(DockerHome.Forever(), Deadline())).Value;
        await engine.ObserveAsync(Deadline());

        await DockerHome.DockerAsync("rm", "--force", state.Handle);

        (await EndOfAsync(engine, state.Id)).Exit.ShouldNotBeNull().Cause.ShouldNotBeNull().ShouldContain("removed by somebody else");
        (await engine.RemoveAsync(state.Id, Deadline())).ShouldBeTrue();
        (await engine.ObserveAsync(Deadline())).Replicas.ShouldBeEmpty();
    }

    [ContractFact]
    public async Task WhatIsBeingRemovedDoesNotKeepTheOthersFromBeingSeen()
    {
        var engine = Home.Open();
        var stays = (await engine.StartAsync(DockerHome.Forever(), Deadline())).Value;
        var leave = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ => (await engine.StartAsync(DockerHome.Forever(), Deadline())).Value.Id));

        var leaving = Task.WhenAll(leave.Select(async replica =>
        {
            await engine.StopAsync(replica, TimeSpan.FromSeconds(10), Deadline());
            (await engine.RemoveAsync(replica, Deadline())).ShouldBeTrue();
        }));

        // A look that fails would be an exception here.
        while (!leaving.IsCompleted) (await engine.ObserveAsync(Deadline())).Replicas.ShouldContain(r => r.Id == stays.Id && r.Phase == ReplicaPhase.Running);
        await leaving;
    }

    [ContractFact]
    public async Task AKillForMemoryIsTold()
    {
        var engine = Home.Open();
        var spec = DockerHome.Shell("x=a; while :; do x=$x$x; done") with { Resources = new ResourceSpec(Memory: new ByteSize(32 << 20)) };

        var started = await engine.StartAsync(spec, Deadline());

        started.IsOk.ShouldBeTrue();
        var exit = (await EndOfAsync(engine, spec.Id)).Exit.ShouldNotBeNull();
        exit.OutOfMemory.ShouldBeTrue();
        exit.Signal.ShouldBe("SIGKILL");
    }

    [ContractFact]
    public async Task ADaemonThatIsNotThereIsAProblemUntilItIsBackAndItsReplicasAreThere()
    {
        var socket = Path.Combine(Home.Root, "docker.sock");
        File.CreateSymbolicLink(socket, DockerDaemon.Socket);
        var engine = Home.Open(o => o with { Host = $"unix://{socket}" });
        var state = (await engine.StartAsync(DockerHome.Forever(), Deadline())).Value;
        await engine.ObserveAsync(Deadline());

        File.Delete(socket);
        var second = Home.Open(o => o with { Host = $"unix://{socket}" });
        var away = await Should.ThrowAsync<EngineAwayException>(() => second.ObserveAsync(Deadline()));
        var start = await second.StartAsync(DockerHome.Forever(), Deadline());

        away.Problem.Code.ShouldBe("FL3030");
        start.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL3030");
        second.Check(DockerHome.Forever()).ShouldContain(p => p.Code == "FL3030");
        (await second.StopAsync(state.Id, TimeSpan.Zero, Deadline())).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL3030");
        (await second.RemoveAsync(state.Id, Deadline())).ShouldBeFalse();

        File.CreateSymbolicLink(socket, DockerDaemon.Socket);
        var deadline = Deadline();
        while (second.Check(DockerHome.Forever()).Count > 0)
        {
            try
            {
                await second.ObserveAsync(deadline);
            }
            catch (EngineAwayException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, deadline);
            }
        }

        (await second.ObserveAsync(deadline)).Replicas.ShouldHaveSingleItem().Handle.ShouldBe(state.Handle);
    }

    [ContractFact]
    public async Task TheNetworkGoesWithTheLastReplicaOfItsDeployment()
    {
        var engine = Home.Open();
        var first = (await engine.StartAsync(DockerHome.Forever("net"), Deadline())).Value;
        var second = (await engine.StartAsync(DockerHome.Forever("net"), Deadline())).Value;

        await EndAsync(engine, first.Id);
        (await NetworksAsync()).ShouldHaveSingleItem();
        await EndAsync(engine, second.Id);
        (await NetworksAsync()).ShouldBeEmpty();
    }

    [ContractFact]
    public async Task AVolumeOutlivesItsReplicaAndItsSizeIsNoted()
    {
        var engine = Home.Open();
        var spec = DockerHome.Shell("echo kept > /cache/file; trap 'exit 0' TERM; while :; do sleep 1 & wait; done") with { Volumes = [new VolumeSpec("cache", "/cache", new ByteSize(1 << 30))] };
        var first = (await engine.StartAsync(spec, Deadline())).Value;
        first.Notes.ShouldContain(n => n.Contains("not enforced", StringComparison.Ordinal));
        var deadline = Deadline();
        while (!(await InsideAsync(first, "cat /cache/file")).Contains("kept", StringComparison.Ordinal)) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, deadline);
        await EndAsync(engine, first.Id);

        var again = (await engine.StartAsync(DockerHome.Forever() with { Volumes = spec.Volumes }, Deadline())).Value;

        (await InsideAsync(again, "cat /cache/file")).ShouldContain("kept");
    }

    [ContractFact]
    public async Task AFrozenReplicaIsStoppedInGoodOrder()
    {
        var engine = Home.Open();
        var state = (await engine.StartAsync(DockerHome.Forever(), Deadline())).Value;
        await DockerHome.DockerAsync("pause", state.Handle);

        (await engine.ObserveAsync(Deadline())).Replicas.ShouldHaveSingleItem().Notes.ShouldContain(n => n.Contains("paused", StringComparison.Ordinal));
        (await engine.StopAsync(state.Id, TimeSpan.FromSeconds(10), Deadline())).Value.ShouldBeFalse();
    }

    [ContractFact]
    public async Task AnImageThatIsNowhereIsAProblemWithTheNextStep()
    {
        var problem = (await Home.Open().StartAsync(DockerHome.Shell("true", image: "localhost:1/nothing:1"), Deadline())).Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe("FL3036");
        problem.Hint.ShouldContain("fairlead pull");
    }

    [ContractFact]
    public async Task AGpuThatTheDaemonDoesNotHaveIsAProblem()
    {
        var spec = DockerHome.Forever() with { Resources = new ResourceSpec(Gpu: 1) };

        var engine = Home.Open();
        (await engine.StartAsync(spec, Deadline())).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL3039");

        (await engine.ObserveAsync(Deadline())).Replicas.ShouldBeEmpty();
    }

    [ContractFact]
    public async Task FaultsOnPurposeAreMade()
    {
        var engine = Home.Open();
        var spec = DockerHome.Shell("x=a; while [ ! -e /tmp/grow ]; do sleep 0.1; done; while :; do x=$x$x; done") with { Resources = new ResourceSpec(Memory: new ByteSize(256 << 20)) };
        var grows = (await engine.StartAsync(spec, Deadline())).Value;
        var other = (await engine.StartAsync(DockerHome.Forever(), Deadline())).Value;

        (await engine.SignalAsync(other.Id, "STOP", Deadline())).Value.ShouldBeTrue();
        (await DockerHome.DockerAsync("inspect", "--format", "{{.State.Paused}}", other.Handle)).Output.Trim().ShouldBe("true");
        (await engine.SignalAsync(other.Id, "CONT", Deadline())).Value.ShouldBeTrue();
        (await engine.SignalAsync(other.Id, "KILL", Deadline())).Value.ShouldBeTrue();
        (await engine.LimitMemoryAsync(grows.Id, new ByteSize(1 << 20), Deadline())).Value.ShouldBeTrue();
        await InsideAsync(grows, "touch /tmp/grow");

        (await EndOfAsync(engine, other.Id)).Exit.ShouldNotBeNull().Signal.ShouldBe("SIGKILL");
        var grown = (await EndOfAsync(engine, grows.Id)).Exit.ShouldNotBeNull();
        grown.OutOfMemory.ShouldBeTrue($"{grown} {string.Join(' ', grown.LastLines)}");
        (await engine.SignalAsync(other.Id, "TERM", Deadline())).Value.ShouldBeFalse();
        (await engine.SignalAsync(other.Id, "HUP", Deadline())).Problems.ShouldHaveSingleItem();
    }

    [ContractFact]
    public async Task ALimitThatIsChangedFromOutsideIsSeen()
    {
        var engine = Home.Open();
        var spec = DockerHome.Forever() with { Resources = new ResourceSpec(new CpuQuantity(500), new ByteSize(64 << 20)) };
        var state = (await engine.StartAsync(spec, Deadline())).Value;
        state.Limits.ShouldBe(new ReplicaLimits(new CpuQuantity(500), new ByteSize(64 << 20)));
        await using var watch = engine.WatchAsync(Deadline()).GetAsyncEnumerator();

        await DockerHome.DockerAsync("update", "--memory", "32m", "--memory-swap", "32m", "--cpus", "0.25", state.Handle);

        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.ShouldBe(state.Id);
        (await engine.ObserveAsync(Deadline())).Replicas.ShouldHaveSingleItem().Limits.ShouldBe(new ReplicaLimits(new CpuQuantity(250), new ByteSize(32 << 20)));
    }

    [ContractFact]
    public async Task AReplicasOwnDiskIsFilledAndFreed()
    {
        var engine = Home.Open();
        var state = (await engine.StartAsync(DockerHome.Forever(), Deadline())).Value;
        var other = (await engine.StartAsync(DockerHome.Forever(), Deadline())).Value;

        (await engine.FillDiskAsync(state.Id, Deadline())).Value.ShouldBeTrue();

        (await InsideAsync(state, "echo more > /tmp/file")).ShouldContain("No space left");
        (await InsideAsync(other, "echo more > /tmp/file && echo written")).ShouldContain("written");
        (await engine.FreeDiskAsync(state.Id, Deadline())).Value.ShouldBeTrue();
        (await InsideAsync(state, "echo more > /tmp/file && echo written")).ShouldContain("written");
    }

    private static async Task EndAsync(IEngine engine, ReplicaId replica)
    {
        (await engine.StopAsync(replica, TimeSpan.FromSeconds(10), Deadline())).IsOk.ShouldBeTrue();
        (await engine.RemoveAsync(replica, Deadline())).ShouldBeTrue();
    }

    private async Task<string[]> NetworksAsync()
    {
        var home = Fairlead.Engines.Docker.Containers.ContainerLabels.HomeId(Home.Home);
        return (await DockerHome.DockerAsync("network", "ls", "--quiet", "--filter", $"label=dev.fairlead.home={home}")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}

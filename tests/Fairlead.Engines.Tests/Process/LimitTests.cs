using Fairlead.Core.Engines;
using Fairlead.Core.Manifests;
using Fairlead.Core.Units;
using Fairlead.Engines.Cgroups;

namespace Fairlead.Engines.Tests.Process;

/// <summary>Real limits of this machine; skipped where none can be set.</summary>
public sealed class LimitTests : EngineTest
{
    private const string Hog = "x=0123456789abcdef; while :; do x=$x$x; done";

    [SkipUnlessCgroups]
    public async Task AReplicaAboveItsMemoryIsKilledAndTheReasonIsKnown()
    {
        var engine = Home.Open();
        var spec = Home.Shell(Hog) with { Resources = new ResourceSpec(Memory: new ByteSize(16 << 20)) };

        var state = (await engine.StartAsync(spec, Deadline())).Value;
        state.Notes.ShouldBeEmpty();

        var exit = (await EndOfAsync(engine, state.Id)).Exit.ShouldNotBeNull();
        exit.Signal.ShouldBe("SIGKILL");
        exit.OutOfMemory.ShouldBeTrue();
    }

    [SkipUnlessCgroups]
    public async Task ALimitIsInForceFromTheFirstPageAndItsCgroupGoesWithTheReplica()
    {
        var engine = Home.Open();
        var spec = Home.Shell("cat /proc/self/cgroup; exec sleep 600") with { Resources = new ResourceSpec(new CpuQuantity(500), new ByteSize(64 << 20)) };

        var state = (await engine.StartAsync(spec, Deadline())).Value;
        var log = Home.Home.LogOf(state.Id);
        await UntilAsync(() => File.ReadAllText(log).EndsWith('\n'));

        File.ReadAllText(log).ShouldContain($"{CgroupLimits.NameOf(Home.Root)}/{state.Id}");
        Folders().ShouldNotBeEmpty();
        (await engine.ObserveAsync(Deadline())).Replicas.Single().Usage.ShouldNotBeNull().CpuTime.ShouldBeGreaterThan(TimeSpan.Zero);

        await engine.StopAsync(state.Id, TimeSpan.FromSeconds(5), Deadline());
        await engine.RemoveAsync(state.Id, Deadline());
        Folders().ShouldBeEmpty();
    }

    [SkipUnlessCgroups]
    public async Task ACgroupThatACrashLeftIsSweptWithWhatRunsInIt()
    {
        await using (var engine = Home.Open())
        {
            var spec = Home.Shell("exec sleep 600") with { Resources = new ResourceSpec(Memory: new ByteSize(64 << 20)) };
            await engine.StartAsync(spec, Deadline());
        }

        Folders().ShouldNotBeEmpty();
        Directory.Delete(Home.Home.Run, recursive: true);

        await Home.Open().ObserveAsync(Deadline());

        Folders().ShouldBeEmpty();
    }

    [SkipUnlessCgroups]
    public async Task AProgramThatCannotRunIsStillAProblemAtOnce()
    {
        var spec = Home.Command("./missing") with { Resources = new ResourceSpec(Memory: new ByteSize(64 << 20)) };

        (await Home.Open().StartAsync(spec, Deadline())).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL3010");
        Folders().ShouldBeEmpty();
    }

    private List<string> Folders() => [.. CgroupLimits.Detect(Home.Root).Parents.Where(Directory.Exists)];
}

/// <summary>A fact that needs a cgroup that this user may write.</summary>
public sealed class SkipUnlessCgroupsAttribute : FactAttribute
{
    public SkipUnlessCgroupsAttribute()
    {
        var limits = CgroupLimits.Detect("/skip-unless-cgroups");
        Skip = limits.MemoryUnavailable ?? limits.CpuUnavailable;
    }
}

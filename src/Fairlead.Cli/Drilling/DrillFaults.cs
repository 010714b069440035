using Fairlead.Api.Wire;
using Fairlead.Core.Results;

namespace Fairlead.Cli.Drilling;

/// <summary>What one fault did before the wait for recovery: when it showed, or why it was not made.</summary>
internal readonly record struct FaultMade(TimeSpan? Detected, string? Skipped)
{
    public static FaultMade Skip(IReadOnlyList<Problem> problems) => new(null, problems[0].Message.TrimEnd('.'));
}

/// <summary>The faults, each with what undoes it.</summary>
internal sealed class DrillFaults(IDrillSubject subject, TimeProvider time)
{
    public static IReadOnlyList<string> Names { get; } = ["kill", "freeze", "slow", "out-of-memory", "fill-disk", "kill-controller", "kill-gateway", "rolling-update"];

    private static readonly TimeSpan DetectLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan UpdateLimit = TimeSpan.FromMinutes(5);

    // A replica that runs one tenth of the time: alive, and slower than any client would wait for.
    private static readonly TimeSpan SlowOff = TimeSpan.FromMilliseconds(90);
    private static readonly TimeSpan SlowOn = TimeSpan.FromMilliseconds(10);
    private const int SlowTimes = 50;

    // Long enough that gateway and replicas show that they need none.
    private static readonly TimeSpan WithoutController = TimeSpan.FromSeconds(2);

    // Long enough for a replica that writes at all to fail at it.
    private static readonly TimeSpan FullFor = TimeSpan.FromSeconds(5);

    private readonly DrillWatch _watch = new(subject, time);

    public Task<FaultMade> MakeAsync(string fault, CancellationToken cancellationToken) => fault switch
    {
        "kill" => KillAsync(cancellationToken),
        "freeze" => FreezeAsync(cancellationToken),
        "slow" => SlowAsync(cancellationToken),
        "out-of-memory" => StarveAsync(cancellationToken),
        "fill-disk" => FillDiskAsync(cancellationToken),
        "kill-controller" => KillControllerAsync(cancellationToken),
        "kill-gateway" => KillGatewayAsync(cancellationToken),
        _ => UpdateAsync(cancellationToken),
    };

    private async Task<FaultMade> KillAsync(CancellationToken cancellationToken)
    {
        if (await VictimAsync(cancellationToken) is not { } victim) return NoVictim;
        var made = await subject.FaultAsync(victim.Id, "kill", cancellationToken);
        return made.IsOk ? new FaultMade(await ShowsAsync(victim, cancellationToken), null) : FaultMade.Skip(made.Problems);
    }

    private async Task<FaultMade> StarveAsync(CancellationToken cancellationToken)
    {
        if (await VictimAsync(cancellationToken) is not { } victim) return NoVictim;
        var shown = false;
        try
        {
            var made = await subject.FaultAsync(victim.Id, "out_of_memory", cancellationToken);
            if (!made.IsOk) return FaultMade.Skip(made.Problems);
            var detected = await ShowsAsync(victim, cancellationToken);
            shown = detected is not null;
            // cgroup v1 lets no limit below what is in use, and a replica with a steady load may need no more.
            return shown ? new FaultMade(detected, null) : new FaultMade(null, "the kernel left the replica what it used, and it needed no more");
        }
        finally
        {
            // One that lives on would keep the limit; its successor has the deployment's own.
            if (!shown) await subject.FaultAsync(victim.Id, "kill", CancellationToken.None);
        }
    }

    private async Task<FaultMade> FreezeAsync(CancellationToken cancellationToken)
    {
        if (await VictimAsync(cancellationToken) is not { } victim) return NoVictim;
        try
        {
            var made = await subject.FaultAsync(victim.Id, "freeze", cancellationToken);
            return made.IsOk ? new FaultMade(await ShowsAsync(victim, cancellationToken), null) : FaultMade.Skip(made.Problems);
        }
        finally
        {
            // Also after Ctrl-C; a replica that was replaced meanwhile is no longer there, and that is well.
            await subject.FaultAsync(victim.Id, "thaw", CancellationToken.None);
        }
    }

    private async Task<FaultMade> SlowAsync(CancellationToken cancellationToken)
    {
        if (await VictimAsync(cancellationToken) is not { } victim) return NoVictim;
        var began = time.GetTimestamp();
        TimeSpan? detected = null;
        try
        {
            for (var i = 0; i < SlowTimes; i++)
            {
                var frozen = await subject.FaultAsync(victim.Id, "freeze", cancellationToken);
                if (!frozen.IsOk && i == 0) return FaultMade.Skip(frozen.Problems);
                await WaitAsync(SlowOff, cancellationToken);
                await subject.FaultAsync(victim.Id, "thaw", cancellationToken);
                await WaitAsync(SlowOn, cancellationToken);
                if (detected is null && HasShown(await subject.StatusAsync(cancellationToken), victim)) detected = time.GetElapsedTime(began);
            }

            return new FaultMade(detected, null);
        }
        finally
        {
            await subject.FaultAsync(victim.Id, "thaw", CancellationToken.None);
        }
    }

    /// <summary>A replica that writes nothing does not notice: then nothing shows, and that is well.</summary>
    private async Task<FaultMade> FillDiskAsync(CancellationToken cancellationToken)
    {
        if (await VictimAsync(cancellationToken) is not { } victim) return NoVictim;
        try
        {
            var made = await subject.FaultAsync(victim.Id, "fill_disk", cancellationToken);
            return made.IsOk ? new FaultMade(await _watch.UntilAsync(status => HasShown(status, victim), FullFor, cancellationToken), null) : FaultMade.Skip(made.Problems);
        }
        finally
        {
            await subject.FaultAsync(victim.Id, "free_disk", CancellationToken.None);
        }
    }

    private async Task<FaultMade> KillControllerAsync(CancellationToken cancellationToken)
    {
        var info = await subject.InfoAsync(cancellationToken);
        if (!info.TryGet(out var controller)) return FaultMade.Skip(info.Problems);
        if (controller.Started != "up") return new FaultMade(null, "the controller was started by hand, and who did so would have to start it again");
        if (!subject.Kill(controller.Pid)) return new FaultMade(null, $"process {controller.Pid} could not be killed");
        try
        {
            await WaitAsync(WithoutController, cancellationToken);
            return new FaultMade(null, null);
        }
        finally
        {
            // The token of the drill is not asked: a controller that was there before must be there after it.
            await subject.RestartControllerAsync(CancellationToken.None);
        }
    }

    private async Task<FaultMade> KillGatewayAsync(CancellationToken cancellationToken)
    {
        var info = await subject.InfoAsync(cancellationToken);
        if (!info.TryGet(out var before)) return FaultMade.Skip(info.Problems);
        if (before.GatewayPid is not { } pid || !subject.Kill(pid)) return new FaultMade(null, "there is no gateway that could be killed");
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < DetectLimit)
        {
            if ((await subject.InfoAsync(cancellationToken)).TryGet(out var now) && now.GatewayPid != pid) return new FaultMade(time.GetElapsedTime(began), null);
            await WaitAsync(TimeSpan.FromMilliseconds(20), cancellationToken);
        }

        return new FaultMade(null, null);
    }

    /// <summary>One variable more, and back again: two updates, and the deployment is what it was.</summary>
    private async Task<FaultMade> UpdateAsync(CancellationToken cancellationToken)
    {
        var read = await subject.RevisionsAsync(cancellationToken);
        if (!read.TryGet(out var revisions)) return FaultMade.Skip(read.Problems);
        var current = revisions[0];
        try
        {
            var deployed = await subject.DeployAsync(current, "DRILL_UPDATE", cancellationToken);
            if (!deployed.TryGet(out var accepted)) return FaultMade.Skip(deployed.Problems);
            await _watch.UntilAsync(s => s?.Revision >= accepted.Revision && s.Rollout?.State != "progressing" && _watch.IsWhole(s), UpdateLimit, cancellationToken);
            return new FaultMade(null, null);
        }
        finally
        {
            await subject.DeployAsync(current, null, CancellationToken.None);
        }
    }

    private static FaultMade NoVictim => new(null, "no replica is ready");

    private async Task<ReplicaStatus?> VictimAsync(CancellationToken cancellationToken) =>
        (await subject.StatusAsync(cancellationToken))?.Replicas.FirstOrDefault(r => r.Phase == "ready");

    private Task<TimeSpan?> ShowsAsync(ReplicaStatus victim, CancellationToken cancellationToken) =>
        _watch.UntilAsync(status => HasShown(status, victim), DetectLimit, cancellationToken);

    private static bool HasShown(DeploymentStatus? status, ReplicaStatus victim) =>
        status is not null && status.Replicas.FirstOrDefault(r => r.Id == victim.Id) is not { Phase: "ready" };

    private Task WaitAsync(TimeSpan span, CancellationToken cancellationToken) => Task.Delay(span, time, cancellationToken);
}

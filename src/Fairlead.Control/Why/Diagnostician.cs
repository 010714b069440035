using Fairlead.Control.Deploying;
using Fairlead.Control.Fleet;
using Fairlead.Control.Reconciling;
using Fairlead.Control.Routes;
using Fairlead.Core.Results;
using Fairlead.Core.Units;

namespace Fairlead.Control.Why;

/// <summary>Says why a deployment is as it is, the likeliest cause first: what stops everything, then what fails, then what waits, then what is only worth knowing. Pure.</summary>
public static class Diagnostician
{
    private const int MostLines = 10;

    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(10);

    public static Diagnosis Diagnose(DeploymentRecord record, FleetView view, GatewayCondition gateway)
    {
        var replicas = view.Of(record.Name);
        List<Finding> findings =
        [
            .. Lasting(record, view, gateway),
            .. Waiting(record, view, replicas),
            .. Failing(record, view, replicas),
            .. Passing(record, replicas),
            .. History(record),
            .. Replaced(record, view, replicas),
            .. Limits(record, replicas),
            .. replicas.SelectMany(r => r.State.Notes).Distinct().Select(n => Of(WhyProblems.LimitsMissing(n.TrimEnd('.')))),
        ];
        var phase = PhaseRule.Of(record, view);
        var served = phase == DeploymentPhase.Ready && record.Replicas > 0;
        var healthy = (served || phase == DeploymentPhase.Idle) && !view.EnginesAway.ContainsKey(record.Engine) && gateway.Answers;
        var serving = replicas.Count(r => r.Observed.Serving);
        var state = phase == DeploymentPhase.Idle ? $"'{record.Name}' is idle, 0 of 0 replicas: it starts at the first request" : $"'{record.Name}': {serving} of {record.Replicas} replicas serve";
        return new Diagnosis(healthy, healthy || findings.Count == 0 ? $"{state}." : $"{state}. {findings[0].Summary}", findings);
    }

    private static IEnumerable<Finding> Lasting(DeploymentRecord record, FleetView view, GatewayCondition gateway)
    {
        if (record.Deleting) yield return Of(WhyProblems.Stopping());
        if (!gateway.Answers) yield return Of(WhyProblems.GatewayDown(gateway.Address, gateway.Problem));
        if (view.EnginesAway.GetValueOrDefault(record.Engine) is { } away) yield return Of(WhyProblems.EngineAway(away.Message, away.Hint));
        if (view.TurnProblem is { Code: not "FL5245" } turn)
        {
            yield return turn.Code == "FL5019" ? Of(WhyProblems.LookFailed(turn.Message)) : Of(WhyProblems.StateNotWritten(turn.Message), turn.ToString());
        }

        foreach (var problem in view.StartProblems.GetValueOrDefault(record.Name) ?? []) yield return Of(WhyProblems.StartRefused(problem.Message, problem.Hint), problem.ToString());
        if (record is { Deleting: false, Replicas: 0 }) yield return Of(record.StartsOnDemand ? WhyProblems.Idle() : WhyProblems.ScaledToZero(record.Name.Value));
        if (!record.Current.Manifest.Network.Expose) yield return Of(WhyProblems.NotExposed());
    }

    private static IEnumerable<Finding> Waiting(DeploymentRecord record, FleetView view, IReadOnlyList<SeenReplica> replicas)
    {
        if (view.Gateway.Held(record.Name) is not (> 0 and var held)) yield break;
        yield return Of(WhyProblems.Held(held, HoldRule.Trouble(replicas, view.StartProblems.GetValueOrDefault(record.Name), view.RecentEnds.GetValueOrDefault(record.Name)) ?? "it is starting"));
    }

    private static IEnumerable<Finding> Failing(DeploymentRecord record, FleetView view, IReadOnlyList<SeenReplica> replicas)
    {
        var ended = replicas.Where(r => !r.Observed.Running && r.State.Exit is not null && !r.Observed.Stopping).OrderByDescending(r => r.State.Exit!.At).ToList();
        if (ended.Count > 0)
        {
            var last = ended[0].State.Exit!;
            var limit = record.Current.Manifest.Resources.Memory is { } memory ? $" ({memory})" : "";
            var lines = last.LastLines.TakeLast(MostLines).Reverse();
            yield return Of(last.OutOfMemory ? WhyProblems.OutOfMemory(limit) : WhyProblems.Crashing(ended.Count, ExitText.Of(last)), [$"{ended[0].State.Id} {ExitText.Of(last)} at {last.At:HH:mm:ss}", .. lines]);
        }

        var sick = replicas.Where(r => r.Observed is { Running: true, Sick: not null }).ToList();
        if (sick.Count > 0) yield return Of(WhyProblems.Sick(sick.Count, sick[^1].Observed.Sick!.Reason), [.. sick.Select(r => $"{r.State.Id} {r.Observed.Sick!.Reason}")]);

        var limitOfStart = record.Current.Manifest.Rollout.Deadline;
        var notReady = replicas.Where(r => r.Observed is { Active: true, Ready: false } && (r.Health.WasReady || SaysMore(r) || view.At - r.State.StartedAt >= limitOfStart)).ToList();
        if (notReady.Count > 0)
        {
            yield return Of(WhyProblems.NotReady(notReady.Count, notReady[0].Health.Reason ?? "it gives no reason"), [.. notReady.Select(r => $"{r.State.Id}: {r.Health.Reason}")]);
        }

        var ejected = replicas.Where(r => r.Observed is { Active: true, Ready: true } && r.AtGateway is { Healthy: false }).ToList();
        if (ejected.Count > 0)
        {
            yield return Of(WhyProblems.GatewayEjected(ejected.Count, ejected[0].AtGateway!.Reason ?? "it gives no reason"), [.. ejected.Select(r => $"{r.State.Id}: {r.AtGateway!.Reason}")]);
        }
    }

    private static IEnumerable<Finding> Passing(DeploymentRecord record, IReadOnlyList<SeenReplica> replicas)
    {
        var waiting = replicas.Where(r => r.Wait > TimeSpan.Zero).ToList();
        if (waiting.Count > 0) yield return Of(WhyProblems.Waiting(waiting.Count, Duration.Format(TimeSpan.FromSeconds(Math.Ceiling(waiting.Min(r => r.Wait).TotalSeconds)))), [.. waiting.Select(r => $"{r.State.Id}: {r.Failures} failures running")]);
        if (record.Rollout is { State: RolloutState.Progressing } rollout) yield return Of(WhyProblems.Updating(rollout.From, rollout.To));
        var starting = replicas.Count(r => r.Observed is { Active: true, Ready: false } && !r.Health.WasReady);
        if (starting > 0) yield return Of(WhyProblems.Starting(starting), [.. replicas.Where(r => r.Observed is { Active: true, Ready: false }).Select(r => $"{r.State.Id}: {r.Health.Reason}")]);
    }

    private static IEnumerable<Finding> History(DeploymentRecord record)
    {
        if (record.Rollout is { State: RolloutState.RolledBack } rollout) yield return Of(WhyProblems.RolledBack(rollout.To, rollout.Reason ?? "no reason was kept"), $"ended at {rollout.EndedAt:HH:mm:ss}");
    }

    // Those that are still there are told above.
    private static IEnumerable<Finding> Replaced(DeploymentRecord record, FleetView view, IReadOnlyList<SeenReplica> replicas)
    {
        var ends = (view.RecentEnds.GetValueOrDefault(record.Name) ?? []).Where(e => view.At - e.At <= Lately && replicas.All(r => r.State.Id != e.Replica)).Reverse().ToList();
        if (ends.Count == 0) yield break;
        yield return Of(WhyProblems.Replaced(ends.Count, ends[0].How), [.. ends.Select(e => $"{e.Replica} {e.How} at {e.At:HH:mm:ss}"), .. ends[0].LastLines.TakeLast(MostLines).Reverse()]);
    }

    private static IEnumerable<Finding> Limits(DeploymentRecord record, IReadOnlyList<SeenReplica> replicas)
    {
        var changed = replicas.Where(r => r.Observed.Running).SelectMany(r => LimitDrift.Of(record, r.State)).ToList();
        if (changed.Count > 0) yield return Of(WhyProblems.LimitsChanged(), changed);
    }

    // A replica that answers and gives a reason has more to say than that it is not there yet.
    private static bool SaysMore(SeenReplica replica) =>
        replica.Health.Reason is { } reason && !reason.StartsWith("not listening yet", StringComparison.Ordinal) && !reason.Contains("loading", StringComparison.OrdinalIgnoreCase);

    private static Finding Of(Problem problem, params IReadOnlyList<string> evidence) => new(problem.Code, problem.Message, evidence, problem.Hint);
}

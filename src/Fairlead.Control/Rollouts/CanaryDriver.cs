using Fairlead.Control.Fleet;
using Fairlead.Control.Reconciling;
using Fairlead.Core.Identity;

namespace Fairlead.Control.Rollouts;

/// <summary>Takes a canary from step to step by what the gateway counts. A step that is begun anew (a new controller, a new gateway) only lasts longer.</summary>
/// <param name="traffic">What was answered for a revision since the gateway started; null while that is not known.</param>
internal sealed class CanaryDriver(Memory memory, Clock clock, Func<DeploymentName, int, RevisionTraffic?> traffic)
{
    public CanaryVerdict Judge(DeploymentRecord record, RolloutRecord rollout)
    {
        var key = (record.Name, rollout.To);
        var now = new CanaryStep(rollout.Step, clock.Now, Answered(record.Name, [rollout.To]), Answered(record.Name, record.EquivalentTo(record.Revision(rollout.From))));
        if (!memory.Canaries.TryGetValue(key, out var began) || began.Step != rollout.Step
            || now.Canary.Since(began.Canary) is not { } canary || now.Old.Since(began.Old) is not { } old)
        {
            memory.Canaries[key] = now;
            return new CanaryVerdict.Stay();
        }

        return CanaryRule.Judge(record.Current.Manifest.Rollout, new CanaryRule.Step(clock.Now - began.At, canary, old));
    }

    private RevisionTraffic Answered(DeploymentName name, IEnumerable<int> revisions) => revisions
        .Select(r => traffic(name, r))
        .OfType<RevisionTraffic>()
        .Aggregate(new RevisionTraffic(0, 0, null), (a, b) => new RevisionTraffic(a.Requests + b.Requests, a.Failed + b.Failed, a.Durations is null ? b.Durations : b.Durations is null ? a.Durations : a.Durations.Plus(b.Durations)));
}

/// <summary>Where a step of a canary began.</summary>
internal sealed record CanaryStep(int Step, TimeSpan At, RevisionTraffic Canary, RevisionTraffic Old);

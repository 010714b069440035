using Fairlead.Control.Fleet;
using Fairlead.Control.Routes;
using Fairlead.Core.Identity;

namespace Fairlead.Control.Reconciling;

/// <summary>Requests per deployment, over all gateways that were seen: each counts from its own start.</summary>
internal sealed class TrafficBook
{
    private readonly Dictionary<DeploymentName, Count> _counts = [];
    private readonly Dictionary<(DeploymentName Deployment, int Pid, long StartTime), Count> _last = [];
    private readonly Dictionary<(DeploymentName Deployment, int Revision), Count> _atStart = [];

    public void See(GatewayView view)
    {
        foreach (var gateway in view.All)
        {
            foreach (var seen in gateway.Deployments)
            {
                if (!DeploymentName.TryParse(seen.Deployment, out var name)) continue;
                var key = (name, gateway.Pid, gateway.StartTime);
                var last = _last.GetValueOrDefault(key) ?? new Count();
                var count = _counts.GetValueOrDefault(name) ?? new Count();
                _counts[name] = new Count(count.Requests + seen.Requests - last.Requests, count.Failed + seen.Failed - last.Failed);
                _last[key] = new Count(seen.Requests, seen.Failed);
            }
        }
    }

    public (long Requests, long Failed) Of(DeploymentName deployment)
    {
        var count = _counts.GetValueOrDefault(deployment) ?? new Count();
        return (count.Requests, count.Failed);
    }

    /// <summary>Since the update began, or since this controller first saw it.</summary>
    public (long Requests, long Failed) During(DeploymentName deployment, RolloutRecord rollout)
    {
        var now = _counts.GetValueOrDefault(deployment) ?? new Count();
        if (!_atStart.TryGetValue((deployment, rollout.To), out var start)) _atStart[(deployment, rollout.To)] = start = now;
        return (now.Requests - start.Requests, now.Failed - start.Failed);
    }

    public void Forget(DeploymentName deployment)
    {
        _counts.Remove(deployment);
        foreach (var key in _last.Keys.Where(k => k.Deployment == deployment).ToList()) _last.Remove(key);
        foreach (var key in _atStart.Keys.Where(k => k.Deployment == deployment).ToList()) _atStart.Remove(key);
    }

    private sealed record Count(long Requests = 0, long Failed = 0);
}

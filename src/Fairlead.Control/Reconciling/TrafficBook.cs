using Fairlead.Control.Fleet;
using Fairlead.Control.Routes;
using Fairlead.Core.Identity;

namespace Fairlead.Control.Reconciling;

/// <summary>Requests per deployment, counted on through restarts of the gateway, whose own counts begin at 0 again.</summary>
internal sealed class TrafficBook
{
    private readonly Dictionary<DeploymentName, Count> _counts = [];
    private readonly Dictionary<(DeploymentName Deployment, int Revision), Count> _atStart = [];

    public void See(GatewayView gateway)
    {
        foreach (var seen in gateway.State?.Deployments ?? [])
        {
            if (!DeploymentName.TryParse(seen.Deployment, out var name)) continue;
            var count = _counts.GetValueOrDefault(name) ?? new Count();
            var restarted = seen.Requests < count.LastRequests;
            _counts[name] = new Count(
                count.Requests + seen.Requests - (restarted ? 0 : count.LastRequests),
                count.Failed + Math.Max(0, seen.Failed - (restarted ? 0 : count.LastFailed)),
                seen.Requests,
                seen.Failed);
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
        foreach (var key in _atStart.Keys.Where(k => k.Deployment == deployment).ToList()) _atStart.Remove(key);
    }

    private sealed record Count(long Requests = 0, long Failed = 0, long LastRequests = 0, long LastFailed = 0);
}

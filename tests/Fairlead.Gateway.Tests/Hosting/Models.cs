using Fairlead.Core.Routing;
using Fairlead.Gateway.Holding;
using Fairlead.Gateway.Metrics;
using Fairlead.Gateway.Retries;
using Fairlead.Gateway.Routing;

namespace Fairlead.Gateway.Tests.Hosting;

/// <summary>Deployments that are looked at, not listened to.</summary>
internal static class Models
{
    public static DeploymentModel Deployment(TimeProvider time, params (int Weight, int Replicas)[] revisions)
    {
        var state = new DeploymentState("m", new GatewayMetrics(), new RetryBudget(new RetryOptions(), time), new HoldLine(new HoldRoom(new HoldOptions())));
        return new DeploymentModel(new DeploymentRoute("m", RouteKind.Model, 1000, 1000, []), state, [.. revisions.Select((r, i) =>
            new RevisionPool(i + 1, $"{i + 1}.0", r.Weight, [.. Enumerable.Range(0, r.Replicas).Select(n => new ReplicaState(new ReplicaRoute($"m-{i + 1}-{n}", "127.0.0.1:1", ""), state, time))]))]);
    }
}

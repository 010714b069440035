using System.Net;
using Fairlead.Core.Engines;
using Fairlead.Core.Manifests;

namespace Fairlead.Control.Autoscaling;

/// <summary>Where a replica's metrics are.</summary>
internal static class MetricAddress
{
    private const string ModelServer = "/metrics";

    /// <summary>Null when there is nothing to read there: a program that is not the model server is asked only for what the manifest names.</summary>
    public static Uri? Of(ReplicaState replica, Manifest manifest) =>
        replica.Metrics is { } own ? At(own, ModelServer)
        : manifest.Scale.Targets is { Metrics.Count: > 0 } ? At(replica.Http, manifest.Serve.Metrics)
        : null;

    private static Uri At(IPEndPoint address, string path) => new($"http://{address}{path}");
}

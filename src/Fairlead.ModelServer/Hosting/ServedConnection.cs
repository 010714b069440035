using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.ModelServer.Hosting;

/// <summary>What a connection is for, which is looked up once and not for every request on it.</summary>
internal enum ServedProtocol
{
    Rest,
    Grpc,
    Metrics,
}

/// <summary>A connection's context for one request after another; with HTTP/2 a stream's.</summary>
internal sealed class ServedConnection(IFeatureCollection features)
{
    public DefaultHttpContext Http { get; } = new(features);

    // HTTP/2 is listened for on gRPC's address alone.
    public ServedProtocol Protocol { get; } =
        features.Get<MetricsListener>() is not null ? ServedProtocol.Metrics
        : HttpProtocol.IsHttp2(features.GetRequiredFeature<IHttpRequestFeature>().Protocol) ? ServedProtocol.Grpc
        : ServedProtocol.Rest;
}

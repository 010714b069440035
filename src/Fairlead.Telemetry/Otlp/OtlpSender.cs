using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Fairlead.Telemetry.Otlp;

/// <summary>Sends OTLP over HTTP or gRPC (OTLP specification 1.x, "OTLP/HTTP" and "OTLP/gRPC"): one request, one outcome.</summary>
public sealed class OtlpSender : IDisposable
{
    private const int GrpcPrefix = 5;
    private readonly OtlpTarget _target;
    private readonly HttpClient _client;

    public OtlpSender(OtlpTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        _target = target;
        _client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = target.Timeout, MaxResponseContentBufferSize = 1 << 20 };
    }

    /// <summary>What the caller writes a message behind.</summary>
    public void Begin(ProtoBuffer proto)
    {
        ArgumentNullException.ThrowIfNull(proto);
        proto.Clear();
        if (_target.Protocol == OtlpProtocol.Grpc) proto.Reserve(GrpcPrefix).Clear();
    }

    public async Task<OtlpOutcome> SendAsync(OtlpSignal signal, ProtoBuffer proto, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(proto);
        try
        {
            using var request = RequestOf(signal, proto.Written);
            using var response = await _client.SendAsync(request, cancellationToken);
            return _target.Protocol == OtlpProtocol.Grpc ? GrpcOutcome(response) : HttpOutcome(response);
        }
        catch (HttpRequestException e)
        {
            return new OtlpOutcome(e.Message, Again: true, After: null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new OtlpOutcome($"there was no answer within {_target.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s", Again: true, After: null);
        }
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage RequestOf(OtlpSignal signal, ReadOnlyMemory<byte> message)
    {
        var grpc = _target.Protocol == OtlpProtocol.Grpc;
        var request = new HttpRequestMessage(HttpMethod.Post, UriOf(signal)) { VersionPolicy = HttpVersionPolicy.RequestVersionExact, Version = grpc ? HttpVersion.Version20 : HttpVersion.Version11 };
        foreach (var (name, value) in _target.Headers) request.Headers.TryAddWithoutValidation(name, value);
        if (grpc)
        {
            var frame = message.ToArray();
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - GrpcPrefix);
            request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
            request.Content = new ByteArrayContent(frame);
        }
        else
        {
            request.Content = new ReadOnlyMemoryContent(message);
        }

        request.Content.Headers.ContentType = new MediaTypeHeaderValue(grpc ? "application/grpc" : "application/x-protobuf");
        return request;
    }

    private Uri UriOf(OtlpSignal signal)
    {
        var path = (_target.Protocol, signal) switch
        {
            (OtlpProtocol.Http, OtlpSignal.Traces) => "v1/traces",
            (OtlpProtocol.Http, _) => "v1/metrics",
            (_, OtlpSignal.Traces) => "opentelemetry.proto.collector.trace.v1.TraceService/Export",
            _ => "opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        };
        return new Uri(_target.Endpoint.AbsoluteUri.TrimEnd('/') + "/" + path);
    }

    private static OtlpOutcome HttpOutcome(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode) return OtlpOutcome.Taken;
        var again = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
        return new OtlpOutcome($"it answered {(int)response.StatusCode}", again, response.Headers.RetryAfter?.Delta);
    }

    private static OtlpOutcome GrpcOutcome(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode) return HttpOutcome(response);
        var status = Value(response.TrailingHeaders, "grpc-status") ?? Value(response.Headers, "grpc-status") ?? "none";
        if (status == "0") return OtlpOutcome.Taken;

        // Those that OTLP calls retryable; RESOURCE_EXHAUSTED (8) is one when the receiver says so in a detail.
        var again = status is "1" or "4" or "10" or "11" or "14" or "15";
        return new OtlpOutcome($"it answered gRPC status {status} {Value(response.TrailingHeaders, "grpc-message") ?? Value(response.Headers, "grpc-message")}".TrimEnd(), again, After: null);
    }

    private static string? Value(HttpHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}

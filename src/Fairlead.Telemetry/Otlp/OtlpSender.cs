using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

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
        var handler = new SocketsHttpHandler { ActivityHeadersPropagator = null, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        if (target.Authorities is { } authorities) handler.SslOptions.CertificateChainPolicy = PolicyOf(authorities);
        _client = new HttpClient(handler) { Timeout = target.Timeout, MaxResponseContentBufferSize = 1 << 20 };
    }

    /// <summary>What the caller writes a message behind.</summary>
    public void Begin(ProtoBuffer proto)
    {
        ArgumentNullException.ThrowIfNull(proto);
        proto.Clear();
        if (_target.Protocol == OtlpProtocol.Grpc) proto.Reserve(GrpcPrefix).Clear();
    }

    public async Task<OtlpOutcome> SendAsync(OtlpRoute route, ProtoBuffer proto, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(proto);
        try
        {
            using var request = RequestOf(route, proto.Written);
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

    private HttpRequestMessage RequestOf(OtlpRoute route, ReadOnlyMemory<byte> message)
    {
        var grpc = _target.Protocol == OtlpProtocol.Grpc;
        var request = new HttpRequestMessage(HttpMethod.Post, route.Address) { VersionPolicy = HttpVersionPolicy.RequestVersionExact, Version = grpc ? HttpVersion.Version20 : HttpVersion.Version11 };
        foreach (var (name, value) in route.Headers) request.Headers.TryAddWithoutValidation(name, value);
        if (grpc)
        {
            var frame = _target.Gzip ? Packed(message[GrpcPrefix..], GrpcPrefix) : message.ToArray();
            frame[0] = (byte)(_target.Gzip ? 1 : 0);
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - GrpcPrefix);
            if (_target.Gzip) request.Headers.Add("grpc-encoding", "gzip");
            request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
            request.Content = new ByteArrayContent(frame);
        }
        else
        {
            request.Content = _target.Gzip ? new ByteArrayContent(Packed(message, 0)) : new ReadOnlyMemoryContent(message);
            if (_target.Gzip) request.Content.Headers.ContentEncoding.Add("gzip");
        }

        request.Content.Headers.ContentType = new MediaTypeHeaderValue(grpc ? "application/grpc" : "application/x-protobuf");
        return request;
    }

    /// <param name="room">Bytes left free in front.</param>
    private static byte[] Packed(ReadOnlyMemory<byte> message, int room)
    {
        using var packed = new MemoryStream();
        packed.Position = room;
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(message.Span);
        return packed.ToArray();
    }

    private static X509ChainPolicy PolicyOf(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
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

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Fairlead.Cli.Load;

/// <summary>One call of <c>inference.GRPCInferenceService/ModelInfer</c>, the same each time, over HTTP/2 without TLS.</summary>
/// <param name="message">The framed request: a byte for compression, four of length, the message.</param>
internal sealed class GrpcTarget(Uri server, byte[] message, TimeSpan timeout) : ILoadTarget
{
    // https://grpc.github.io/grpc/core/md_doc_statuscodes.html
    private static readonly string[] Names =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    private static readonly MediaTypeHeaderValue Grpc = new("application/grpc");
    private readonly HttpClient _http = new(Handler()) { Timeout = timeout };
    private readonly Uri _method = new(server, "/inference.GRPCInferenceService/ModelInfer");

    public async Task<LoadFailure?> SendAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _method)
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ByteArrayContent(message) { Headers = { ContentType = Grpc } },
                Headers = { { "te", "trailers" } },
            };
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            await response.Content.CopyToAsync(Stream.Null, cancellationToken);
            return Read(response);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return LoadFailure.NoAnswer(timeout);
        }
        catch (HttpRequestException failure)
        {
            var refused = failure.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
            return new LoadFailure(refused ? LoadFailureKind.Refused : LoadFailureKind.Broken, "", failure.Message);
        }
        catch (IOException failure)
        {
            return new LoadFailure(LoadFailureKind.Broken, "", failure.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    // A call that failed at once has its status in the headers ("trailers only").
    private static LoadFailure? Read(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK) return new LoadFailure(LoadFailureKind.Status, ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture), "");
        if (!response.TrailingHeaders.TryGetValues("grpc-status", out var status) && !response.Headers.TryGetValues("grpc-status", out status)) return new LoadFailure(LoadFailureKind.Broken, "", "The answer has no grpc-status.");
        if (!int.TryParse(status.First(), CultureInfo.InvariantCulture, out var code) || code < 0 || code >= Names.Length) return new LoadFailure(LoadFailureKind.Status, "UNKNOWN", status.First());
        return code == 0 ? null : new LoadFailure(LoadFailureKind.Status, Names[code], "");
    }

    private static SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = null,
    };
}

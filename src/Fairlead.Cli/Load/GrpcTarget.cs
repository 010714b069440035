using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Fairlead.Cli.Load;

/// <summary>One call of <c>inference.GRPCInferenceService/ModelInfer</c>, the same each time, over HTTP/2 without TLS.</summary>
/// <param name="message">The framed request: a byte for compression, four of length, the message.</param>
internal sealed class GrpcTarget(Uri server, byte[] message, TimeSpan timeout) : ILoadTarget
{
    private const int Ok = 0;
    private const int LastCode = 16;

    // https://grpc.github.io/grpc/core/md_doc_statuscodes.html
    private static readonly string[] Names =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    private static readonly MediaTypeHeaderValue Grpc = new("application/grpc");
    private readonly HttpClient _http = new(LoadConnections.Handler()) { Timeout = timeout };
    private readonly Uri _method = new(server, "/inference.GRPCInferenceService/ModelInfer");

    public async Task<LoadAnswer> SendAsync(CancellationToken cancellationToken)
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
        catch (Exception failure) when (LoadConnections.Failure(failure, cancellationToken) is { } outcome)
        {
            return new LoadAnswer(false, outcome);
        }
    }

    public void Dispose() => _http.Dispose();

    // A call that failed at once has its status in the headers ("trailers only").
    private static LoadAnswer Read(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK) return new LoadAnswer(false, LoadConnections.Text(response.StatusCode));
        if (!response.TrailingHeaders.TryGetValues("grpc-status", out var status) && !response.Headers.TryGetValues("grpc-status", out status)) return new LoadAnswer(false, "broken");
        return int.TryParse(status.First(), CultureInfo.InvariantCulture, out var code) && code is >= Ok and <= LastCode ? new LoadAnswer(code == Ok, Names[code]) : new LoadAnswer(false, "UNKNOWN");
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Fairlead.Cli.Load;

/// <summary>One HTTP/1.1 request, the same each time, over connections that are kept.</summary>
internal sealed class HttpTarget : ILoadTarget
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly byte[] _body;

    public HttpTarget(Uri url, byte[] body, TimeSpan timeout)
    {
        (_url, _body) = (url, body);
        _http = new HttpClient(LoadConnections.Handler()) { Timeout = timeout };
    }

    public async Task<LoadAnswer> SendAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ByteArrayContent(_body) { Headers = { ContentType = Json } } };
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            await response.Content.CopyToAsync(Stream.Null, cancellationToken);
            return new LoadAnswer(response.StatusCode == HttpStatusCode.OK, LoadConnections.Text(response.StatusCode));
        }
        catch (Exception failure) when (LoadConnections.Failure(failure, cancellationToken) is { } outcome)
        {
            return new LoadAnswer(false, outcome);
        }
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>What the targets have in common.</summary>
internal static class LoadConnections
{
    private static readonly string[] Texts = [.. Enumerable.Range(0, 600).Select(static c => c.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    public static SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = null,
    };

    public static string Text(HttpStatusCode status) => (int)status is >= 0 and < 600 ? Texts[(int)status] : status.ToString();

    /// <summary>Null for what is no failure of the target.</summary>
    public static string? Failure(Exception failure, CancellationToken cancellationToken) => failure switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => null,
        OperationCanceledException => "no answer",
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "refused",
        HttpRequestException or IOException => "broken",
        _ => null,
    };
}

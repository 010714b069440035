using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Fairlead.Engines.Docker.Api;

/// <summary>The Docker Engine API over HTTP. Every failure is a <see cref="DockerException"/>; the version is agreed on with the first call after a connection was lost.</summary>
internal sealed class DockerClient : IDisposable
{
    /// <summary>How long the daemon may take for what it does at once.</summary>
    public static readonly TimeSpan Quick = TimeSpan.FromSeconds(5);

    /// <summary>How long it may take to make, start or remove something.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(3);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private volatile Agreed? _agreed;

    public DockerClient(DockerHost host, TimeProvider time)
    {
        (Host, _time) = (host, time);
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false, UseCookies = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30) })
        {
            BaseAddress = new Uri("http://docker/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public DockerHost Host { get; }

    /// <summary>What daemon answers, and the version that is spoken with it.</summary>
    public async Task<Agreed> AgreeAsync(CancellationToken cancellationToken)
    {
        if (_agreed is { } known) return known;
        var answer = await ReadAsync(HttpMethod.Get, "version", null, DockerJson.Default.VersionAnswer, Quick, cancellationToken);
        var oldest = ApiVersion.TryParse(answer.MinAPIVersion, out var min) ? min : ApiVersion.Oldest;
        if (!ApiVersion.TryParse(answer.ApiVersion, out var newest)) throw new DockerException(HttpStatusCode.BadGateway, "what answers is no Docker daemon");
        if (ApiVersion.Agree(oldest, newest) is not { } version) throw new DockerException(HttpStatusCode.UpgradeRequired, $"it speaks the Engine API {oldest} to {newest}, and {ApiVersion.Oldest} to {ApiVersion.Newest} is needed");
        return _agreed = new Agreed(version, answer.Version ?? "unknown", answer.IsPodman);
    }

    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        await ReadAsync(HttpMethod.Get, await VersionedAsync(path, cancellationToken), null, type, Quick, cancellationToken);

    public async Task<T> PostAsync<TBody, T>(string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        await ReadAsync(HttpMethod.Post, await VersionedAsync(path, cancellationToken), JsonBody.Of(body, bodyType), type, Slow, cancellationToken);

    /// <summary>For what answers nothing of interest.</summary>
    public async Task SendAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using var answer = await AnswerAsync(method, await VersionedAsync(path, cancellationToken), null, Slow, cancellationToken);
    }

    /// <summary>An answer that is read while it comes, for as long as the token allows.</summary>
    public async Task<Stream> OpenAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        var answer = await AnswerAsync(method, await VersionedAsync(path, cancellationToken), content, Timeout.InfiniteTimeSpan, cancellationToken);
        return new AnswerStream(answer, await answer.Content.ReadAsStreamAsync(cancellationToken));
    }

    /// <summary>Whether it lets anybody new in: a daemon that is about to end does not, and goes on answering those that are there.</summary>
    public async Task<bool> TakesConnectionsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await ConnectAsync(cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> VersionedAsync(string path, CancellationToken cancellationToken) => $"v{(await AgreeAsync(cancellationToken)).Version}/{path}";

    private async Task<T> ReadAsync<T>(HttpMethod method, string path, HttpContent? content, JsonTypeInfo<T> type, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var answer = await AnswerAsync(method, path, content, limit, cancellationToken);
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(body, type, cancellationToken) ?? throw new DockerException(HttpStatusCode.BadGateway, $"it answered nothing to {path}");
        }
        catch (JsonException e)
        {
            throw new DockerException(HttpStatusCode.BadGateway, $"its answer to {path} cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw Lost(e);
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpMethod method, string path, HttpContent? content, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = limit == Timeout.InfiniteTimeSpan ? new CancellationTokenSource() : new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var request = new HttpRequestMessage(method, path) { Content = content };
        try
        {
            var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.NotModified) return answer;
            using (answer) throw new DockerException(answer.StatusCode, await MessageAsync(answer, either.Token));
        }
        catch (HttpRequestException e)
        {
            throw Lost(e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DockerException(null, $"it did not answer within {limit.TotalSeconds:0} s", e);
        }
    }

    /// <summary>The daemon may come back as another version.</summary>
    private DockerException Lost(Exception cause)
    {
        _agreed = null;
        var reason = (cause.GetBaseException() is SocketException socket ? socket.SocketErrorCode switch
        {
            SocketError.AddressNotAvailable => "there is no such socket",
            SocketError.ConnectionRefused => "nothing listens there",
            SocketError.AccessDenied => "this user may not use its socket",
            _ => socket.Message,
        } : cause.GetBaseException().Message).TrimEnd('.');
        return new DockerException(null, reason, cause);
    }

    private static async Task<string> MessageAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(text, DockerSnakeJson.Default.ErrorAnswer)?.Message?.TrimEnd('.', '\n') ?? text;
        }
        catch (JsonException)
        {
            return text.Length > 0 ? text.TrimEnd('.', '\n') : $"status {(int)answer.StatusCode}";
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) => await ConnectAsync(cancellationToken);

    private async Task<NetworkStream> ConnectAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ConnectLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var socket = Host.Socket is null ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true } : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(Host.Socket is null ? Host.Address! : new UnixDomainSocketEndPoint(Host.Socket), either.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <param name="Product">The daemon's own version.</param>
    internal sealed record Agreed(ApiVersion Version, string Product, bool IsPodman);
}

using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Fairlead.Control.Readiness;

/// <summary>Asks over HTTP on kept connections, or by connecting when there is no path.</summary>
public sealed class HttpReplicaProbe : IReplicaProbe, IDisposable
{
    private const int LongestReason = 2048;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        MaxConnectionsPerServer = 1,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
    })
    { MaxResponseContentBufferSize = 64 << 10 };

    public async Task<ProbeAnswer> AskAsync(IPEndPoint address, string? path, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            return path is null ? await ConnectAsync(address, deadline.Token) : await GetAsync(address, path, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeAnswer.Silence($"no answer from {address} within {Deadline.TotalSeconds:0} s");
        }
        catch (HttpRequestException failure)
        {
            return ProbeAnswer.No($"not listening yet ({Inner(failure)})");
        }
        catch (SocketException failure)
        {
            return ProbeAnswer.No($"not listening yet ({failure.Message})");
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<ProbeAnswer> GetAsync(IPEndPoint address, string path, CancellationToken cancellationToken)
    {
        using var answer = await _client.GetAsync(new Uri($"http://{address}{path}"), cancellationToken);
        if (answer.StatusCode == HttpStatusCode.OK) return ProbeAnswer.Yes;
        return AnswerIn(await answer.Content.ReadAsByteArrayAsync(cancellationToken)) ?? ProbeAnswer.No($"{path} answers {(int)answer.StatusCode}");
    }

    private static async Task<ProbeAnswer> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address, cancellationToken);
        return ProbeAnswer.Yes;
    }

    // {"error": "reason"}, as the model server and the inference protocol have it; "refused" is the model server's own.
    private static ProbeAnswer? AnswerIn(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("error", out var error) || error.GetString() is not { } reason) return null;
            var refused = root.TryGetProperty("refused", out var final) && final.ValueKind == JsonValueKind.True;
            return ProbeAnswer.No(reason.Length > LongestReason ? reason[..LongestReason] : reason) with { Refused = refused };
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Inner(Exception failure) => (failure.InnerException ?? failure).Message;
}

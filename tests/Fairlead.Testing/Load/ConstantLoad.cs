using System.Collections.Concurrent;

namespace Fairlead.Testing.Load;

/// <summary>
/// Requests at a constant rate, sent when they are due and not when the one before was answered, so that a stall shows
/// in every request that it delayed. An answer counts as right only when <paramref name="isRight"/> says so.
/// </summary>
public sealed class ConstantLoad(int perSecond, Func<HttpRequestMessage> request, Func<HttpResponseMessage, Task<bool>> isRight) : IAsyncDisposable
{
    private readonly ConcurrentBag<TimeSpan> _latencies = [];
    private readonly ConcurrentQueue<string> _failures = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) }) { Timeout = TimeSpan.FromSeconds(30) };
    private Task _running = Task.CompletedTask;
    private int _sent;

    public void Start() => _running = RunAsync();

    public int Sent => Volatile.Read(ref _sent);

    public IReadOnlyList<string> Failures => [.. _failures];

    /// <summary>Sends nothing more, waits for what is under way, and tells what came of all.</summary>
    public async Task<LoadReport> StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        return new LoadReport(Sent, [.. _failures], [.. _latencies.Order()]);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var start = TimeProvider.System.GetTimestamp();
        var underWay = new List<Task>();
        while (!_stop.IsCancellationRequested)
        {
            var due = (int)(TimeProvider.System.GetElapsedTime(start).TotalSeconds * perSecond);
            while (_sent < due)
            {
                _sent++;
                underWay.Add(SendAsync());
            }

            underWay.RemoveAll(t => t.IsCompletedSuccessfully);
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        }

        await Task.WhenAll(underWay).ConfigureAwait(false);
    }

    private async Task SendAsync()
    {
        var sent = TimeProvider.System.GetTimestamp();
        try
        {
            using var message = request();
            using var response = await _client.SendAsync(message, CancellationToken.None).ConfigureAwait(false);
            if (await isRight(response).ConfigureAwait(false)) _latencies.Add(TimeProvider.System.GetElapsedTime(sent));
            else _failures.Enqueue($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(CancellationToken.None).ConfigureAwait(false)}");
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or IOException)
        {
            _failures.Enqueue(failure.InnerException?.Message ?? failure.Message);
        }
    }
}

/// <param name="Latencies">Of the right answers, ascending.</param>
public sealed record LoadReport(int Sent, IReadOnlyList<string> Failures, IReadOnlyList<TimeSpan> Latencies)
{
    public TimeSpan Quantile(double q) => Latencies.Count == 0 ? TimeSpan.Zero : Latencies[(int)Math.Min(Latencies.Count - 1, q * Latencies.Count)];
}

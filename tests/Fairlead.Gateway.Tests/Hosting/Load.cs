using System.Collections.Concurrent;
using System.Net;
using Fairlead.Testing;

namespace Fairlead.Gateway.Tests.Hosting;

/// <summary>As many inference requests as so many connections carry, one after the other on each.</summary>
internal sealed class Load : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = [];
    private readonly Task _running;
    private int _answered;

    public Load(GatewayUnderTest gateway, int connections, string path = "/v2/models/m/infer") =>
        _running = Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => RunAsync(gateway.Http, path), CancellationToken.None)));

    public int Answered => Volatile.Read(ref _answered);

    /// <summary>Waits until so many more were answered.</summary>
    public async Task AnsweredAsync(int more)
    {
        var goal = Answered + more;
        (await Eventually.BecomesAsync(() => Answered >= goal || _failures.Count > 100, TimeSpan.FromSeconds(60))).ShouldBeTrue();
    }

    /// <returns>What was not a right answer.</returns>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        return [.. _failures];
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(HttpClient client, string path)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var answer = await client.PostAsync(path, new StringContent("{\"inputs\":[]}"), CancellationToken.None);
                if (answer.StatusCode == HttpStatusCode.OK) Interlocked.Increment(ref _answered);
                else _failures.Enqueue($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                _failures.Enqueue(e.ToString());
            }
        }
    }
}

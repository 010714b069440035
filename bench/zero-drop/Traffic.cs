using System.Collections.Concurrent;
using System.Net;
using Fairlead.Cli.Load;

namespace Fairlead.Bench.ZeroDrop;

/// <summary>
/// Connections that each send their next request as soon as the last was answered, which takes all that the machine gives, and
/// a constant rate beside them, which shows how long a request waits. No request is ever sent twice.
/// </summary>
internal sealed class Traffic : IAsyncDisposable
{
    private const int Connections = 16;
    private const double ProbesPerSecond = 100;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    // Heavy, with a shallow bill: a Gentoo beyond doubt.
    private static readonly byte[] Gentoo =
        """{"inputs":[{"name":"bill_length_mm","datatype":"FP32","shape":[1,1],"data":[50.0]},{"name":"bill_depth_mm","datatype":"FP32","shape":[1,1],"data":[15.2]},{"name":"flipper_length_mm","datatype":"FP32","shape":[1,1],"data":[218]},{"name":"body_mass_g","datatype":"FP32","shape":[1,1],"data":[5700]}]}"""u8.ToArray();

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<LoadFailure> _failures = [];
    private readonly LoadTally _probes = new();
    private readonly LoadRequest _request;
    private readonly HttpTarget _target;
    private Task _running = Task.CompletedTask;
    private long _answered;
    private long _sent;
    private long _ended;

    public Traffic(Uri gateway)
    {
        _request = LoadRequest.Post(new IPEndPoint(IPAddress.Loopback, gateway.Port), "/v2/models/penguins/infer", Gentoo, "application/json");
        _target = new HttpTarget(_request, Deadline, TimeProvider.System);
    }

    public long Answered => Interlocked.Read(ref _answered);

    public IReadOnlyCollection<LoadFailure> Failures => _failures;

    /// <summary>Requests that were begun.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Requests that were answered or failed.</summary>
    public long Ended => Interlocked.Read(ref _ended);

    public TimeSpan Quantile(double share) => _probes.Latencies.Quantile(share);

    public void Start()
    {
        _running = Task.WhenAll([LoadRun.RunAsync(SendTimes.Constant(ProbesPerSecond), new Probe(this), _probes, TimeProvider.System, _stop.Token, CancellationToken.None), .. Enumerable.Range(0, Connections).Select(_ => Task.Run(WorkAsync, CancellationToken.None))]);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _target.Dispose();
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        while (!_stop.IsCancellationRequested) await SendAsync().ConfigureAwait(false);
    }

    private async Task<LoadFailure?> SendAsync()
    {
        Interlocked.Increment(ref _sent);
        var failure = await _target.SendAsync(CancellationToken.None).ConfigureAwait(false);
        if (failure is null) Interlocked.Increment(ref _answered);
        else _failures.Enqueue(failure);
        Interlocked.Increment(ref _ended);
        return failure;
    }

    /// <summary>Counts what the constant rate sends among all the rest.</summary>
    private sealed class Probe(Traffic traffic) : ILoadTarget
    {
        public Task<LoadFailure?> SendAsync(CancellationToken cancellationToken) => traffic.SendAsync();

        // The connections are the traffic's.
        public void Dispose()
        {
        }
    }
}

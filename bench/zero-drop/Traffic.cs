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
    private readonly LatencyRecord _latencies = new();
    private readonly Lock _gate = new();
    private readonly LoadRequest _request;
    private readonly OpenLoop _probes;
    private Task _running = Task.CompletedTask;
    private long _answered;
    private int _underWay;

    public Traffic(Uri gateway)
    {
        _request = LoadRequest.Post(new IPEndPoint(IPAddress.Loopback, gateway.Port), "/v2/models/penguins/infer", Gentoo, "application/json");
        _probes = new OpenLoop(_request, Deadline, TimeProvider.System, Probed);
    }

    public long Answered => Interlocked.Read(ref _answered);

    public IReadOnlyCollection<LoadFailure> Failures => _failures;

    /// <summary>Requests that were sent and are not answered, as their clients count them.</summary>
    public int UnderWay => Volatile.Read(ref _underWay) + _probes.UnderWay;

    public TimeSpan Quantile(double share)
    {
        lock (_gate) return _latencies.Quantile(share);
    }

    public void Start()
    {
        _running = Task.WhenAll([_probes.RunAsync(SendTimes.Constant(ProbesPerSecond), _stop.Token), .. Enumerable.Range(0, Connections).Select(_ => Task.Run(WorkAsync, CancellationToken.None))]);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        using var connection = new LoadConnection(_request);
        while (!_stop.IsCancellationRequested)
        {
            Interlocked.Increment(ref _underWay);
            using var deadline = new CancellationTokenSource(Deadline);
            try
            {
                Count(await connection.SendAsync(deadline.Token).ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                Count(new LoadFailure(LoadFailureKind.Timeout, 0, $"No answer within {Deadline.TotalSeconds} s."));
            }

            Interlocked.Decrement(ref _underWay);
        }
    }

    private void Probed(LoadOutcome outcome)
    {
        lock (_gate) _latencies.Add(outcome.Latency);
        Count(outcome.Failure);
    }

    private void Count(LoadFailure? failure)
    {
        if (failure is null) Interlocked.Increment(ref _answered);
        else _failures.Enqueue(failure);
    }
}

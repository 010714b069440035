using Fairlead.Api.Wire;

namespace Fairlead.Bench.Autoscale.Real;

/// <summary>Looks ten times a second at how many replicas are wanted and which there are, as <c>status</c> shows them.</summary>
internal sealed class FleetWatch : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private readonly List<Look> _looks = [];
    private readonly List<TimeSpan> _startups = [];
    private readonly Dictionary<string, TimeSpan> _orderedAt = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    private FleetWatch(Subject subject, DeploymentStatus now)
    {
        Begin = TimeProvider.System.GetTimestamp();
        _looks.Add(Look.Of(TimeSpan.Zero, now));
        _watching = WatchAsync(subject, [.. now.Replicas.Select(r => r.Id)]);
    }

    /// <summary>Times are counted from here.</summary>
    public long Begin { get; }

    public TimeSpan Now => TimeProvider.System.GetElapsedTime(Begin);

    public static async Task<FleetWatch> StartAsync(Subject subject, CancellationToken cancellationToken) => new(subject, await subject.StatusAsync(cancellationToken));

    public int WantedAt(TimeSpan at)
    {
        lock (_looks) return _looks.Last(l => l.At <= at).Wanted;
    }

    public int Most(TimeSpan from, TimeSpan to)
    {
        lock (_looks) return Math.Max(WantedAt(from), _looks.Where(l => l.At >= from && l.At <= to).Select(l => l.Wanted).DefaultIfEmpty(0).Max());
    }

    /// <summary>How often the wanted number changed.</summary>
    public int Changes(TimeSpan from, TimeSpan to)
    {
        lock (_looks) return _looks.Zip(_looks.Skip(1)).Count(p => p.Second.At > from && p.Second.At <= to && p.First.Wanted != p.Second.Wanted);
    }

    /// <summary>The first look from which on no more than these are wanted and run; null when that never came.</summary>
    public TimeSpan? SettledAt(int replicas, TimeSpan from)
    {
        lock (_looks)
        {
            var last = _looks.FindLastIndex(l => l.Wanted > replicas || l.Running > replicas);
            return last + 1 >= _looks.Count ? null : _looks.Skip(last + 1).Select(l => (TimeSpan?)l.At).FirstOrDefault(at => at >= from);
        }
    }

    /// <summary>From each replica's start to its end, start-up and drain included.</summary>
    public double ReplicaSeconds(TimeSpan to)
    {
        lock (_looks) return _looks.Zip(_looks.Skip(1)).Where(p => p.Second.At <= to).Sum(p => p.First.Running * (p.Second.At - p.First.At).TotalSeconds);
    }

    /// <summary>From the decision to a replica that takes requests, the mean, which is what sums of replicas' times are made of; null when none was started.</summary>
    public TimeSpan? Startup
    {
        get
        {
            lock (_looks) return _startups.Count == 0 ? null : _startups.Aggregate(TimeSpan.Zero, (sum, s) => sum + s) / _startups.Count;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _watching;
        }
        catch (OperationCanceledException)
        {
            // It ends so.
        }

        _stop.Dispose();
    }

    private async Task WatchAsync(Subject subject, HashSet<string> known)
    {
        var ordered = TimeSpan.Zero;
        while (true)
        {
            await Task.Delay(Every, TimeProvider.System, _stop.Token);
            var status = await subject.StatusAsync(_stop.Token);
            var look = Look.Of(Now, status);
            lock (_looks)
            {
                if (look.Wanted > _looks[^1].Wanted) ordered = look.At;
                _looks.Add(look);
                foreach (var replica in status.Replicas.Where(r => known.Add(r.Id))) _orderedAt[replica.Id] = ordered;
                foreach (var replica in status.Replicas.Where(r => r.Phase == "ready"))
                {
                    if (_orderedAt.Remove(replica.Id, out var since)) _startups.Add(look.At - since);
                }
            }
        }
    }

    /// <param name="Running">Starting and draining ones included.</param>
    private readonly record struct Look(TimeSpan At, int Wanted, int Running)
    {
        public static Look Of(TimeSpan at, DeploymentStatus status) => new(at, status.Desired, status.Replicas.Count(r => r.Phase is "starting" or "ready" or "not_ready" or "draining"));
    }
}

using System.Collections.Concurrent;

namespace Fairlead.Cli.Load;

/// <summary>What became of the requests of one run. May be read while it runs.</summary>
/// <param name="each">Is told every outcome, from several threads; null when the sums are enough.</param>
internal sealed class LoadTally(Action<LoadOutcome>? each = null)
{
    /// <summary>The name of what was answered as it should be, beside those of failures.</summary>
    public const string Ok = "ok";

    private const int KeptFailures = 1000;
    private readonly ConcurrentDictionary<string, long> _outcomes = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<LoadOutcome> _failures = [];
    private long _failed;
    private long _sent;
    private long _inFlight;

    /// <summary>Of the answers that were right, counted from the time that the request was due: a stall shows in all that it delayed.</summary>
    public LatencyRecord Latencies { get; } = new();

    /// <summary>How much later than due requests were sent: what the generator itself adds.</summary>
    public LatencyRecord Lateness { get; } = new();

    public long Sent => Volatile.Read(ref _sent);

    public long Failed => Volatile.Read(ref _failed);

    public long InFlight => Volatile.Read(ref _inFlight);

    public IReadOnlyDictionary<string, long> Outcomes => _outcomes;

    /// <summary>The first thousand.</summary>
    public IReadOnlyCollection<LoadOutcome> Failures => _failures;

    /// <summary>From the run's begin until the last answer.</summary>
    public TimeSpan Lasted { get; private set; }

    public void Began(TimeSpan lateness)
    {
        Interlocked.Increment(ref _sent);
        Interlocked.Increment(ref _inFlight);
        Lateness.Add(lateness);
    }

    public void Ended(LoadOutcome outcome)
    {
        each?.Invoke(outcome);
        if (outcome.Failure is not null) Fail(outcome);
        else Succeed(outcome.Latency);
        // Last: a run is over when nothing is in flight, and its sums are read then.
        Interlocked.Decrement(ref _inFlight);
    }

    /// <summary>A request that was due and was not sent, since too many were unanswered: it counts as failed.</summary>
    public void Dropped(TimeSpan due)
    {
        var outcome = new LoadOutcome(due, TimeSpan.Zero, new LoadFailure(LoadFailureKind.NotSent, "", "Too many requests were unanswered."));
        each?.Invoke(outcome);
        Fail(outcome);
    }

    public void Finish(TimeSpan lasted) => Lasted = lasted;

    private void Count(string outcome) => _outcomes.AddOrUpdate(outcome, 1, static (_, n) => n + 1);

    private void Succeed(TimeSpan latency)
    {
        Count(Ok);
        Latencies.Add(latency);
    }

    private void Fail(LoadOutcome outcome)
    {
        Count(outcome.Failure!.Name);
        if (Interlocked.Increment(ref _failed) <= KeptFailures) _failures.Enqueue(outcome);
    }
}

using Fairlead.Core.Units;
using Fairlead.Gateway.Routing;

namespace Fairlead.Gateway.Health;

/// <summary>Takes replicas out by what their requests came to (passive health).</summary>
internal sealed partial class Ejection(HealthOptions options, ILogger<Ejection> logger)
{
    private readonly Lock _gate = new();

    /// <summary>A request to it failed: enough of them running eject it for a while, unless no other replica would be left.</summary>
    public void Failed(ReplicaState replica, RevisionPool pool, string reason)
    {
        if (replica.Health.CountFailure() < options.FailuresToEject) return;
        lock (_gate)
        {
            if (!replica.Health.IsRoutable || !pool.HasOther(replica)) return;
            var span = replica.Health.Eject(options.Ejection, options.MaxEjection);
            replica.Deployment.Ejections.Add();
            LogEjected(replica.Id, Duration.Format(span), options.FailuresToEject, reason);
        }
    }

    /// <summary>It is not there or does not answer its check: out until the check passes.</summary>
    public void Down(ReplicaState replica, string reason)
    {
        CancellationTokenSource? standing;
        lock (_gate)
        {
            var alreadyOut = replica.Health.IsEjected;
            standing = replica.Health.GoDown(reason);
            if (standing is null) return;
            if (!alreadyOut) replica.Deployment.Ejections.Add();
        }

        // Runs who waits, and not under the lock.
        standing.Cancel();
        LogDown(replica.Id, reason);
        replica.Health.Suspect();
    }

    public void Up(ReplicaState replica)
    {
        if (replica.Health.ComeUp()) LogUp(replica.Id);
    }

    [LoggerMessage(4010, LogLevel.Warning, "Replica {Replica} is ejected for {Span} after {Failures} failed requests running; the last: {Reason}")]
    private partial void LogEjected(string replica, string span, int failures, string reason);

    [LoggerMessage(4011, LogLevel.Warning, "Replica {Replica} gets no requests until its check passes: {Reason}")]
    private partial void LogDown(string replica, string reason);

    [LoggerMessage(4012, LogLevel.Information, "Replica {Replica} gets requests again.")]
    private partial void LogUp(string replica);
}

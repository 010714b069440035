namespace Fairlead.ModelServer.Running;

/// <summary>When a request waited and ran, for those who asked; in the time provider's ticks.</summary>
internal sealed class RunRecord
{
    /// <summary>0 when it did not wait.</summary>
    public long Queued { get; set; }

    /// <summary>0 when it was not run.</summary>
    public long Started { get; private set; }

    public long Ended { get; private set; }

    /// <summary>Requests answered by the run.</summary>
    public int Requests { get; private set; }

    public void Ran(long started, long ended, int requests) => (Started, Ended, Requests) = (started, ended, requests);
}

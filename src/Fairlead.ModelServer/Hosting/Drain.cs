using Fairlead.ModelServer.Running;

namespace Fairlead.ModelServer.Hosting;

/// <summary>Waits until nothing has been in flight for a moment: what was sent before the senders learned of the drain still arrives.</summary>
internal sealed class Drain(InFlight inFlight, TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>False when the limit passed first.</summary>
    public async Task<bool> WaitAsync(TimeSpan limit)
    {
        var started = time.GetTimestamp();
        var quietSince = started;
        using var timer = new PeriodicTimer(Look, time);
        while (true)
        {
            if (inFlight.Count > 0) quietSince = time.GetTimestamp();
            else if (time.GetElapsedTime(quietSince) >= Quiet) return true;
            if (time.GetElapsedTime(started) >= limit) return inFlight.Count == 0;
            await timer.WaitForNextTickAsync();
        }
    }
}

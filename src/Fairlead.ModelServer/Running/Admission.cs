using Fairlead.ModelServer.Protocol;

namespace Fairlead.ModelServer.Running;

/// <summary>Who may wait for a run: so many, and none whose answer would come too late. Guarded by who owns it.</summary>
internal sealed class Admission(int runs, int limit, RunTimes times)
{
    // Under overload the queue stands right at this limit, and machines stall: with 1.1 a fifth of the admitted came too late on a busy one, with 1.3 two of 62,680 in one run and none of 29,630 in another.
    private const double Margin = 1.5;

    /// <param name="ahead">Requests that will run before this one.</param>
    /// <exception cref="RequestRefusedException">Too many wait, or the answer would come too late.</exception>
    public void Check(int ahead, TimeSpan remaining)
    {
        var wait = times.Wait(ahead, runs);
        if (ahead >= limit) throw Refused(StatusCodes.Status429TooManyRequests, $"Overloaded: {ahead} requests wait already. Come again later.", wait);
        if ((wait + times.Run) * Margin > remaining) throw Late(ahead);
    }

    /// <summary>Whether one whose turn it is would only take a run's time from those behind it.</summary>
    public bool IsLate(TimeSpan remaining) => remaining < times.LongRun * Margin;

    public RequestRefusedException Late(int ahead) =>
        Refused(StatusCodes.Status503ServiceUnavailable, $"Overloaded: with {ahead} requests waiting this one would not be answered in time. Come again later.", times.Wait(ahead, runs));

    private static RequestRefusedException Refused(int status, string message, TimeSpan wait) =>
        new(status, message) { RetryAfter = TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(wait.TotalSeconds), 1, 60)) };
}

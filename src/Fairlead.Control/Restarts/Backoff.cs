namespace Fairlead.Control.Restarts;

/// <summary>How long an ended replica's place stays empty: nothing after a healthy life, else 1 s doubling to 5 min.</summary>
public static class Backoff
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>A replica that was ready for so long has made good for the failures before it.</summary>
    public static readonly TimeSpan Stable = TimeSpan.FromMinutes(1);

    /// <param name="failures">Failures running, before this one.</param>
    /// <param name="readyFor">How long it had been ready; null when it never was.</param>
    /// <returns>The wait, and the failures running with this one.</returns>
    public static (TimeSpan Delay, int Failures) After(int failures, TimeSpan? readyFor)
    {
        if (readyFor >= Stable) failures = 0;
        var doublings = readyFor is null ? failures : failures - 1;
        return (doublings < 0 ? TimeSpan.Zero : Doubled(doublings), failures + 1);
    }

    private static TimeSpan Doubled(int times) => times >= 9 ? Longest : TimeSpan.FromTicks(Math.Min(First.Ticks << times, Longest.Ticks));
}

namespace Fairlead.Cli.Load;

/// <summary>When requests are to be sent, counted from the begin of a run, ascending. Endless where no length is given by the shape itself.</summary>
internal static class SendTimes
{
    public static IEnumerable<TimeSpan> Constant(double perSecond)
    {
        // Counted, not added up: a sum of rounded gaps would drift from the rate.
        for (long n = 0; ; n++) yield return TimeSpan.FromSeconds(n / perSecond);
    }

    /// <summary>Independent users: exponential gaps.</summary>
    public static IEnumerable<TimeSpan> Poisson(double perSecond, Random random)
    {
        var at = 0.0;
        while (true)
        {
            at += -Math.Log(1 - random.NextDouble()) / perSecond;
            yield return TimeSpan.FromSeconds(at);
        }
    }

    /// <summary>One shape after another, each for its length.</summary>
    public static IEnumerable<TimeSpan> Steps(IReadOnlyList<LoadStep> steps, Func<double, IEnumerable<TimeSpan>> shape)
    {
        var begin = TimeSpan.Zero;
        foreach (var (perSecond, length) in steps)
        {
            if (perSecond > 0)
            {
                foreach (var at in For(shape(perSecond), length)) yield return begin + at;
            }

            begin += length;
        }
    }

    public static IEnumerable<TimeSpan> For(IEnumerable<TimeSpan> times, TimeSpan length) => times.TakeWhile(at => at < length);
}

/// <param name="PerSecond">Requests a second; 0 is a pause.</param>
internal sealed record LoadStep(double PerSecond, TimeSpan Length);

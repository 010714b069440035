namespace Fairlead.Cli.Simulation;

/// <summary>One panel's vertical axis.</summary>
/// <param name="Most">The largest value that is shown.</param>
/// <param name="Log">From <paramref name="Least"/> upwards by powers of ten.</param>
/// <param name="Least">What lies below is drawn on the lower edge.</param>
internal sealed record PlotPanel(string Title, double Most, bool Log, double Least)
{
    public double Y(double value, int top, int height)
    {
        var upper = Math.Max(Most, Least * 10);
        var share = Log
            ? Math.Log(Math.Max(value, Least) / Least) / Math.Log(upper / Least)
            : upper == 0 ? 0 : value / upper;
        return top + (height * (1 - Math.Clamp(share, 0, 1)));
    }

    public IEnumerable<double> Ticks()
    {
        if (Log)
        {
            for (var tick = Math.Pow(10, Math.Ceiling(Math.Log10(Least))); tick <= Most; tick *= 10) yield return tick;
            yield break;
        }

        var raw = Math.Max(Most, 1) / 4;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = power * (raw / power < 1.5 ? 1 : raw / power < 3.5 ? 2 : raw / power < 7.5 ? 5 : 10);
        for (var tick = 0.0; tick <= Most; tick += step) yield return tick;
    }
}

namespace Fairlead.Cli.Load;

/// <summary>
/// Finds the highest rate that keeps a promise: doubles until one breaks it, then halves the ratio between the best that
/// kept it and the least that broke it, until they are close. Pure: it is told what came of each rate it asked for.
/// </summary>
internal sealed class RateSearch(double first)
{
    /// <summary>Rates closer than this are not told apart: runs of seconds vary by as much.</summary>
    public const double Close = 1.05;

    private const double Least = 0.1;
    private const double Most = 1_000_000;

    /// <summary>0 when none kept it.</summary>
    public double Kept { get; private set; }

    /// <summary>Null while none broke it.</summary>
    public double? Broken { get; private set; }

    /// <summary>Null when the search is over.</summary>
    public double? Next => (Kept, Broken) switch
    {
        (0, null) => first,
        (0, <= Least) => null,
        (0, { } broken) => broken / 2,
        ( >= Most, null) => null,
        (_, null) => Kept * 2,
        (_, { } broken) when broken / Kept <= Close => null,
        (_, { } broken) => Math.Sqrt(Kept * broken),
    };

    public void Tell(double rate, bool kept)
    {
        if (kept) Kept = Math.Max(Kept, rate);
        else Broken = Math.Min(Broken ?? double.MaxValue, rate);
    }
}

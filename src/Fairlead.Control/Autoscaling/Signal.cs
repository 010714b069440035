namespace Fairlead.Control.Autoscaling;

/// <summary>Something measured.</summary>
/// <param name="Value">Null when there is none: it could not be measured, or nothing happened that could be.</param>
/// <param name="Age">How long ago it was looked at.</param>
public readonly record struct Signal(double? Value, TimeSpan Age)
{
    public static Signal Missing => new(null, TimeSpan.MaxValue);

    /// <summary>It was looked at, and there is nothing to tell yet.</summary>
    public static Signal Nothing(TimeSpan age) => new(null, age);

    public static Signal Now(double value) => new(value, TimeSpan.Zero);

    /// <summary>What keeps it from being used; null when nothing does.</summary>
    /// <param name="limit">The oldest that still says something.</param>
    public string? Flaw(TimeSpan limit) =>
        Value is not { } value ? "missing"
        : !double.IsFinite(value) ? "not a number"
        : value < 0 ? "negative"
        : Age > limit ? $"{Age.TotalSeconds:0} s old"
        : null;
}

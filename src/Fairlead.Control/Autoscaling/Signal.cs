namespace Fairlead.Control.Autoscaling;

/// <summary>Something measured.</summary>
/// <param name="Value">Null when it could not be measured.</param>
/// <param name="Age">How long ago it was true; without meaning when there is no value.</param>
public readonly record struct Signal(double? Value, TimeSpan Age)
{
    public static Signal Missing => default;

    public static Signal Now(double value) => new(value, TimeSpan.Zero);

    /// <summary>What keeps it from being used; null when nothing does.</summary>
    /// <param name="limit">The oldest that still says something.</param>
    public string? Flaw(TimeSpan limit) =>
        Value is not { } value ? "missing"
        : !double.IsFinite(value) || value < 0 ? "not a number"
        : Age > limit ? $"{Age.TotalSeconds:0} s old"
        : null;
}

namespace Fairlead.Control.Autoscaling;

/// <summary>What a schedule asks for at one moment.</summary>
/// <param name="Min">The largest of the open windows'; null when none has one.</param>
/// <param name="Max">The largest of the open windows'; null when none has one.</param>
/// <param name="Why">Which windows are open.</param>
/// <param name="Unusable">Windows of which it cannot be told.</param>
public sealed record ScheduledBounds(int? Min, int? Max, string Why, IReadOnlyList<string> Unusable);

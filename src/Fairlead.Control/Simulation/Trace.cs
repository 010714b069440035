namespace Fairlead.Control.Simulation;

/// <summary>A recorded load.</summary>
/// <param name="Arrivals">Seconds since its begin, growing.</param>
/// <param name="Begin">When that was; null when the file does not say.</param>
public sealed record Trace(double[] Arrivals, DateTimeOffset? Begin);

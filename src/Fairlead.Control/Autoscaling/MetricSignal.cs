namespace Fairlead.Control.Autoscaling;

/// <summary>What one replica says of one metric of the manifest.</summary>
/// <param name="Trouble">Why its metrics could not be read the last time; null when they could.</param>
public readonly record struct MetricSignal(string Replica, Signal Signal, string? Trouble = null)
{
    /// <summary>What keeps it from being used; null when nothing does.</summary>
    public string? Flaw => Signal.Flaw(SignalLimits.Load) is not { } flaw ? null : Trouble ?? flaw;
}

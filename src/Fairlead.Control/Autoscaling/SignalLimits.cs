namespace Fairlead.Control.Autoscaling;

/// <summary>How far a signal is trusted.</summary>
internal static class SignalLimits
{
    /// <summary>Three looks of the controller at what runs.</summary>
    public static readonly TimeSpan Load = TimeSpan.FromSeconds(6);

    /// <summary>A replica leaves only when the rest would do for a tenth more.</summary>
    public const double HeadRoom = 1.1;
}

namespace Fairlead.Control.Autoscaling;

/// <summary>How far a signal is trusted.</summary>
internal static class SignalLimits
{
    /// <summary>Of what changes from second to second.</summary>
    public static readonly TimeSpan Load = TimeSpan.FromSeconds(6);

    /// <summary>Of the service time, which is the model's own and stays when nobody asks.</summary>
    public static readonly TimeSpan ServiceTime = TimeSpan.FromMinutes(15);

    /// <summary>A replica leaves only when the rest would do for a tenth more.</summary>
    public const double HeadRoom = 1.1;
}

namespace Fairlead.Control.Autoscaling;

/// <summary>Over how long signals are taken together.</summary>
internal static class SignalWindows
{
    /// <summary>Long enough for some requests in a calm hour, short enough to show what a change did.</summary>
    public static readonly TimeSpan Latency = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan ServiceTime = TimeSpan.FromSeconds(60);
}

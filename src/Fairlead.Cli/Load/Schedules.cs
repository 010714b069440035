namespace Fairlead.Cli.Load;

/// <summary>When requests are due, since the load began: any ascending sequence.</summary>
internal static class Schedules
{
    /// <summary>Without end; the load's own token ends it.</summary>
    public static IEnumerable<TimeSpan> Constant(double perSecond)
    {
        for (long n = 0; ; n++) yield return TimeSpan.FromSeconds(n / perSecond);
    }
}

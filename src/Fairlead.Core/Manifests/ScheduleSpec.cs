using Fairlead.Core.Scheduling;

namespace Fairlead.Core.Manifests;

/// <summary>A window of time with bounds of its own. At least one of the two is set.</summary>
/// <param name="Cron">When it begins, by the clock on the wall of <paramref name="TimeZone"/>.</param>
/// <param name="For">How long it is open.</param>
/// <param name="Min">The fewest replicas meanwhile.</param>
/// <param name="Max">The most replicas meanwhile, in the place of <see cref="ScaleSpec.Max"/>.</param>
/// <param name="TimeZone">A name of the IANA database; whether the machine knows it is found when it is deployed.</param>
public sealed record ScheduleSpec(CronExpression Cron, TimeSpan For, int? Min, int? Max, string TimeZone = ScheduleSpec.Utc)
{
    public const string Utc = "UTC";
}

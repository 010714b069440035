using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Fairlead.Core.Scheduling;
using Fairlead.Core.Units;

namespace Fairlead.Control.Autoscaling;

/// <summary>What the windows of a schedule ask for. Pure, but for the time zones' rules, which are the machine's (tzdata).</summary>
public static class ScheduleRule
{
    /// <summary>What every Linux with the rules has.</summary>
    private const string Known = "Europe/London";

    /// <returns>Null without a schedule.</returns>
    public static ScheduledBounds? At(IReadOnlyList<ScheduleSpec> schedule, DateTimeOffset now)
    {
        if (schedule.Count == 0) return null;
        var zoned = schedule.Select(w => (Window: w, Zone: ZoneOf(w))).ToList();
        var open = zoned.Where(w => w.Zone is not null && CronWindow.IsOpen(w.Window.Cron, w.Window.For, w.Zone, now)).Select(w => w.Window).ToList();
        var unknown = zoned.Where(w => w.Zone is null).Select(w => $"schedule (this machine has no time zone {w.Window.TimeZone})").Distinct().ToList();
        var why = open.Count == 0 ? "no window is open" : $"open since {string.Join(" and ", open.Select(Text))}";
        return new ScheduledBounds(open.Max(w => w.Min), open.Max(w => w.Max), why, unknown);
    }

    /// <summary>Time zones that this machine does not know.</summary>
    public static IEnumerable<Problem> Check(Manifest manifest)
    {
        foreach (var zone in manifest.Scale.Schedule.Where(w => ZoneOf(w) is null).Select(w => w.TimeZone).Distinct())
        {
            yield return TimeZoneInfo.TryFindSystemTimeZoneById(Known, out _) ? ControlProblems.UnknownZone(zone) : ControlProblems.NoZones(zone);
        }
    }

    private static string Text(ScheduleSpec window) => $"'{window.Cron}' {window.TimeZone} for {Duration.Format(window.For)}";

    private static TimeZoneInfo? ZoneOf(ScheduleSpec window) =>
        window.TimeZone == ScheduleSpec.Utc ? TimeZoneInfo.Utc : TimeZoneInfo.TryFindSystemTimeZoneById(window.TimeZone, out var zone) ? zone : null;
}

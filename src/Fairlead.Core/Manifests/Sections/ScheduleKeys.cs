using System.Text.Json.Nodes;
using Fairlead.Core.Manifests.Reading;
using Fairlead.Core.Results;
using Fairlead.Core.Scheduling;

namespace Fairlead.Core.Manifests.Sections;

/// <summary>Windows of time under <c>scale/schedule</c>.</summary>
internal static class ScheduleKeys
{
    private const string Example = "{cron: \"0 8 * * mon-fri\", for: 10h, min: 4}";

    private static readonly Key<ScheduleSpec, CronExpression> Cron = new(
        "cron",
        new ScalarType<CronExpression>(
            "a cron expression",
            "\"0 8 * * mon-fri\"",
            new JsonObject { ["type"] = "string", ["pattern"] = "^ *[^ ]+( +[^ ]+){4} *$" },
            s => CronExpression.TryParse(s.Text, out var cron, out var why) ? cron : ManifestProblems.BadCron(s.Text, why),
            value => JsonValue.Create(value.Text)),
        "When it begins: minute, hour, day of month, month and day of week, by the clock of time_zone.",
        s => s.Cron)
    { Required = true };

    private static readonly Key<ScheduleSpec, TimeSpan> For =
        new("for", UnitScalars.Time("10h", TimeSpan.FromMinutes(1), TimeSpan.FromHours(168)), "How long it is open.", s => s.For) { Required = true };

    private static readonly Key<ScheduleSpec, int> Min =
        new("min", Scalars.Integer(1, ScaleKeys.MostReplicas), "The fewest replicas meanwhile; default none but scale/min.", s => s.Min);

    private static readonly Key<ScheduleSpec, int> Max =
        new("max", Scalars.Integer(1, ScaleKeys.MostReplicas), "The most replicas meanwhile, in the place of scale/max; default scale/max.", s => s.Max);

    private static readonly Key<ScheduleSpec, string> TimeZone = new(
        "time_zone",
        Scalars.Text("a time zone", "Europe/Berlin", Texts.ZonePattern, Texts.IsBadZone),
        "A name of the IANA database; default UTC.",
        s => s.TimeZone == ScheduleSpec.Utc ? null : s.TimeZone);

    public static NodeType<IReadOnlyList<ScheduleSpec>> Type { get; } =
        new ListType<ScheduleSpec>(new RecordType<ScheduleSpec>(Example, [Cron, For, Min, Max, TimeZone], Read)) { NotEmpty = true };

    /// <summary>The bounds of a window against those beside the schedule.</summary>
    public static IEnumerable<Problem> Check(ScaleSpec scale)
    {
        // One whose expression cannot be read is told already.
        foreach (var window in scale.Schedule.Where(w => w.Cron is not null))
        {
            var (min, max) = (Math.Max(window.Min ?? scale.Min, scale.Min), window.Max ?? scale.Max);
            if (max < min) yield return ManifestProblems.WindowMaxBelowMin(window.Cron.Text, min, max.Value);
        }
    }

    private static ScheduleSpec Read(MapReader map)
    {
        if (!map.Has(Min) && !map.Has(Max)) map.Report(ManifestProblems.Missing(Min.Name, "4"));
        return new ScheduleSpec(map.Need(Cron), map.Get(For, TimeSpan.FromHours(1)), map.FindValue(Min), map.FindValue(Max), map.Get(TimeZone, ScheduleSpec.Utc));
    }
}

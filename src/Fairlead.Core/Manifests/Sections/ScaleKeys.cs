using Fairlead.Core.Manifests.Reading;
using Fairlead.Core.Units;

namespace Fairlead.Core.Manifests.Sections;

internal static class ScaleKeys
{
    /// <summary>Against a slip of the keyboard that would fill a machine; raise it when a user needs more.</summary>
    internal const int MostReplicas = 1000;

    private static readonly Key<ScaleTargets, TimeSpan> LatencyP95 = new(
        "latency_p95",
        UnitScalars.Time("50ms", TimeSpan.FromMicroseconds(1), TimeSpan.FromHours(24)),
        "The 95th percentile of a request's time at the gateway.",
        t => t.LatencyP95);

    private static readonly Key<ScaleTargets, Share> Cpu =
        new("cpu", UnitScalars.Percentage("70%", whole: true), "Of the processor that a replica may use.", t => t.Cpu);

    private static readonly Key<ScaleTargets, Share> Memory =
        new("memory", UnitScalars.Percentage("80%", whole: true), "Of the memory that a replica may use.", t => t.Memory);

    private static readonly Key<ScaleTargets, decimal> RequestsPerSecond =
        new("requests_per_second", Scalars.Number, "Requests a second per replica.", t => t.RequestsPerSecond);

    private static readonly Key<ScaleTargets, decimal> InFlight =
        new("in_flight", Scalars.Number, "Requests under way per replica.", t => t.InFlight);

    private static readonly Key<ScaleTargets, IReadOnlyList<MetricTarget>> Metrics =
        new("metrics", MetricKeys.Type, "Metrics that the replicas export themselves.", t => t.Metrics);

    private static readonly Key<ScaleSpec, int> Min =
        new("min", Scalars.Integer(0, MostReplicas), "The fewest replicas, and how many run when nothing else says; 0 lets it go to none while no request comes; default 1.", s => s.Min);

    private static readonly Key<ScaleSpec, int> Max =
        new("max", Scalars.Integer(1, MostReplicas), "The most replicas; default no bound.", s => s.Max);

    private static readonly Key<ScaleSpec, ScaleTargets> Targets = new(
        "targets",
        new RecordType<ScaleTargets>("{latency_p95: 50ms}", [LatencyP95, Cpu, Memory, RequestsPerSecond, InFlight, Metrics], ReadTargets),
        "Signals to keep at a value by changing the number of replicas; the largest demand wins.",
        s => s.Targets);

    private static readonly Key<ScaleSpec, IReadOnlyList<ScheduleSpec>> Schedule =
        new("schedule", ScheduleKeys.Type, "Windows of time with bounds of their own; of those open at once the largest count.", s => s.Schedule);

    private static readonly Key<ScaleSpec, TimeSpan> Cooldown = new(
        "cooldown",
        UnitScalars.Time("60s", TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)),
        "A replica leaves only when it was not needed for so long; default 60s.",
        s => s.Cooldown == ScaleSpec.DefaultCooldown ? null : s.Cooldown);

    private static readonly Key<ScaleSpec, int> StepsPerMinute =
        new("steps_per_minute", Scalars.Integer(1, MostReplicas), "The most replicas that targets add in a minute; default no bound.", s => s.StepsPerMinute);

    private static readonly Key<ScaleSpec, bool> Forecast =
        new("forecast", Scalars.Truth, "Carry a rising load on to the time at which a new replica would be ready; default false.", s => s.Forecast ? true : null);

    private static readonly Key<ScaleSpec, bool> DryRun =
        new("dry_run", Scalars.Truth, "Tell what the targets ask for and do not do it; default false.", s => s.DryRun ? true : null);

    public static NodeType<ScaleSpec> Type { get; } = new RecordType<ScaleSpec>("{min: 2}", [Min, Max, Targets, Schedule, Cooldown, StepsPerMinute, Forecast, DryRun], Read);

    private static ScaleSpec Read(MapReader map)
    {
        var scale = new ScaleSpec { Min = map.Get(Min, 1), Max = map.FindValue(Max), Targets = map.Find(Targets), Schedule = map.Get(Schedule, []), Cooldown = map.Get(Cooldown, ScaleSpec.DefaultCooldown), StepsPerMinute = map.FindValue(StepsPerMinute), Forecast = map.Get(Forecast, false), DryRun = map.Get(DryRun, false) };
        if (scale.Max < scale.Min) map.Report(Max, ManifestProblems.MaxBelowMin(scale.Min, scale.Max.Value));
        if (scale.Min == 0 && !map.Has(Targets)) map.Report(Min, ManifestProblems.ZeroWithoutTargets());
        foreach (var problem in ScheduleKeys.Check(scale)) map.Report(Schedule, problem);
        return scale;
    }

    private static ScaleTargets ReadTargets(MapReader map) => new(
        map.FindValue(LatencyP95), map.FindValue(Cpu), map.FindValue(Memory), map.FindValue(RequestsPerSecond), map.FindValue(InFlight))
    { Metrics = map.Get(Metrics, []) };
}

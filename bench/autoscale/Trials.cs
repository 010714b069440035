using Fairlead.Control.Autoscaling;
using Fairlead.Control.Simulation;
using Fairlead.Core.Manifests;

namespace Fairlead.Bench.Autoscale;

/// <summary>The three autoscalers, each with the knob that trades time in violation for replica-seconds.</summary>
internal static class Trials
{
    private const int Max = 100;

    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Startup = TimeSpan.FromSeconds(2);

    /// <summary>As they come: the product's policy with no key but the target, HPA at 70 % of the processor, KPA at 70 % of what a replica works on.</summary>
    public static IReadOnlyList<Func<IScaler>> Defaults { get; } = [() => Ours(ScaleSpec.DefaultCooldown), () => Hpa(0.7), () => Kpa(0.7)];

    public static IReadOnlyList<(string Knob, Func<IScaler> Create)> Curves { get; } =
    [
        .. ((int[])[1, 5, 15, 30, 45, 60, 90, 120]).Select(s => ($"cooldown {s} s", (Func<IScaler>)(() => Ours(TimeSpan.FromSeconds(s))))),
        .. ((double[])[0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]).Select(u => ($"cpu {u:0%}", (Func<IScaler>)(() => Hpa(u)))),
        .. ((double[])[1.5, 1.2, 1, 0.85, 0.7, 0.5, 0.3]).Select(c => ($"concurrency {c}", (Func<IScaler>)(() => Kpa(c)))),
    ];

    public static SimulationInput Input(double[] arrivals) => new()
    {
        Arrivals = arrivals,
        Service = ServiceTime.Constant(TimeSpan.FromMilliseconds(20)),
        Startup = Startup,
        TargetP95 = Target,
        Max = Max,
    };

    public static ScalingRules Rules(TimeSpan cooldown) => new()
    {
        Min = 1,
        Max = Max,
        Targets = new ScaleTargets(LatencyP95: Target),
        Cooldown = cooldown,
        Startup = Startup,
        Workers = 1,
        Cores = 1,
    };

    private static FairleadScaler Ours(TimeSpan cooldown) => new(Rules(cooldown), [], null);

    private static HpaScaler Hpa(double utilisation) => new(utilisation, 1, Max);

    private static KpaScaler Kpa(double concurrency) => new(concurrency, 1, Max);
}

using Fairlead.Cli.Deploying;
using Fairlead.Control.Autoscaling;
using Fairlead.Control.Simulation;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Fairlead.Core.Units;

namespace Fairlead.Cli.Simulation;

/// <summary>The flags as given; null where the manifest, or a default, is to say.</summary>
internal sealed record SimulateOptions(string? Path, string? Environment, string Trace, double RateScale, string ServiceTime, TimeSpan Startup, TimeSpan? TargetP95, int? Min, int? Max)
{
    private const int Seed = 1;

    /// <summary>Enough that a trace and not the bound decides, when nobody gives one.</summary>
    private const int DefaultMax = 100;

    public Result<(SimulationInput Input, ScalingRules Rules)> Resolve(CommandContext context)
    {
        var scale = new ScaleSpec();
        var workers = 1;
        if (Path is not null || TargetP95 is null)
        {
            var read = Preparation.Read(context, new DeployOptions(Path, Environment, Preparation.ProcessEngine, null));
            if (!read.TryGet(out var manifest)) return Result.Fail<(SimulationInput, ScalingRules)>(read.Problems);
            scale = manifest.Manifest.Scale;
            if (ScheduleRule.Check(manifest.Manifest).ToList() is { Count: > 0 } unknown) return Result.Fail<(SimulationInput, ScalingRules)>(unknown);
            workers = Math.Max(1, (int)Math.Ceiling(manifest.Manifest.Resources.Cpu?.Cores ?? 1));
        }

        var targets = TargetP95 is { } given ? (scale.Targets ?? new ScaleTargets()) with { LatencyP95 = given } : scale.Targets;
        if (targets?.LatencyP95 is not { } target) return CliProblems.NoLatencyTarget();
        // A trace says when requests came, and nothing of what replicas export or keep in memory.
        if (targets.Metrics.Count > 0 || targets.Memory is not null) context.Terminal.Note("A trace tells nothing of scale/targets/metrics and scale/targets/memory; they are left out.");
        targets = targets with { Metrics = [], Memory = null };
        var (least, most) = (Min ?? scale.Min, Max ?? Math.Max(scale.Max ?? DefaultMax, Min ?? scale.Min));
        if (most < least) return CliProblems.WrongUsage($"--max is {most}, and --min is {least}.", "Give a --max that is no less.");
        var timed = Service(context);
        if (!timed.TryGet(out var service)) return Result.Fail<(SimulationInput, ScalingRules)>(timed.Problems);
        var traced = TraceReader.Read(context.FullPath(Trace), RateScale, Seed);
        if (!traced.TryGet(out var trace)) return Result.Fail<(SimulationInput, ScalingRules)>(traced.Problems);
        if (scale.Schedule.Count > 0 && trace.Begin is null) return SimulationProblems.NoMoments(Trace);
        workers = service.Workers ?? workers;
        var input = new SimulationInput { Arrivals = trace.Arrivals, Schedule = scale.Schedule, Begin = trace.Begin, Service = service.Time, Workers = workers, Startup = Startup, TargetP95 = target, Min = least, Max = most, Seed = Seed };
        return (input, new ScalingRules
        {
            Min = least,
            Max = most,
            Targets = targets,
            Cooldown = scale.Cooldown,
            StepsPerMinute = scale.StepsPerMinute,
            Forecast = scale.Forecast,
            Startup = Startup,
            Workers = workers,
            Cores = workers,
        });
    }

    private Result<(ServiceTime Time, int? Workers)> Service(CommandContext context)
    {
        if (Duration.TryParse(ServiceTime, out var constant)) return constant > TimeSpan.Zero ? (Control.Simulation.ServiceTime.Constant(constant), (int?)null) : CliProblems.WrongUsage("A --service-time of nothing keeps no replica busy.", "Give one such as 20ms.");
        var read = ServiceProfile.Read(context.FullPath(ServiceTime));
        return read.TryGet(out var profile) ? (profile.ServiceTime(), (int?)profile.Workers) : Result.Fail<(ServiceTime, int?)>(read.Problems);
    }
}

namespace Fairlead.Control.Autoscaling;

/// <summary>
/// Answers a latency target through what latency depends on: how much comes in, how long a worker is busy with it, and what waits
/// already. The measured latency itself only corrects the model, since it is late and says nothing of how much is missing.
/// </summary>
internal static class LatencyDemand
{
    public const string Target = "latency_p95";

    private const string Formula = "least replicas whose predicted p95 is within the target at the upper load";

    /// <summary>Standard deviations of a Poisson count above the measured rate.</summary>
    private const double UpperDeviations = 2;

    /// <summary>What waits is to be gone so long after new replicas are ready.</summary>
    private const double LeastDrainSeconds = 1;

    /// <summary>A model that is slow by itself gets what keeps its queue from growing, and no more.</summary>
    private const double StableUtilisation = 0.7;

    /// <summary>Below this share of busy workers a queue is not what makes requests slow.</summary>
    private const double IdleUtilisation = 0.3;

    /// <summary>Below it the processor's own background would pass for work.</summary>
    private const double TellingCpu = 0.2;

    public static Demand Of(ScalingRules rules, ScalingHistory history, ScalingSignals signals, TimeSpan now)
    {
        var unusable = Unusable(signals);
        if (unusable.Count > 0) return new Demand(Target, null, null, Formula, []) { Unusable = unusable };
        var rate = signals.Rate.Value!.Value;
        if (rate == 0 && signals.InFlight.Value == 0) return new Demand(Target, 0, 0, "nothing comes in and nothing waits", []);

        var target = rules.Targets.LatencyP95!.Value.TotalSeconds;
        var service = BusySeconds(rules, signals);
        var serviceP95 = Math.Max(service, signals.ServiceP95.Value ?? service);
        var expected = (rules.Forecast ? history.Forecast(now, rate, rules.Startup) : rate) + (UpperDeviations * Math.Sqrt(rate));
        var upper = expected + (Backlog(signals, rate, service) / DrainSeconds(rules, signals));
        IReadOnlyList<DemandInput> inputs =
        [
            new("rate", rate, "1/s"), new("upper_rate", upper, "1/s"), new("in_flight", signals.InFlight.Value!.Value, ""),
            new("service_time", service, "s"), new("service_p95", serviceP95, "s"), new("target", target, "s"), new("workers", rules.Workers, ""),
        ];
        if (serviceP95 >= target) return Slow(rules, upper, service, serviceP95, target, inputs);

        // Only mean and p95 are measured; of a constant time they are equal, of an exponential one the p95 is three times the mean.
        var variation = Math.Clamp(((serviceP95 / service) - 1) / 2, 0, 4);
        var model = new QueueModel(service, serviceP95, rules.Workers, variation);
        var most = Math.Max(rules.Max, signals.Wanted) + 1;
        var replicas = model.LeastReplicas(upper, target, most);
        var calm = model.LeastReplicas(upper * SignalLimits.HeadRoom, target, most);
        return Corrected(new Demand(Target, replicas, calm, Formula, inputs), rules, history, signals, now);
    }

    // The processor knows of work that the model's own clock does not see: parsing, writing, the run-time's.
    private static double BusySeconds(ScalingRules rules, ScalingSignals signals)
    {
        var service = signals.ServiceTime.Value!.Value;
        if (signals.Ready == 0 || signals.Cpu.Flaw(SignalLimits.Load) is not null || signals.CpuPerRequest.Flaw(SignalLimits.Load) is not null) return service;
        var telling = signals.Cpu.Value >= TellingCpu * signals.Ready * rules.Cores;
        return telling ? Math.Max(service, signals.CpuPerRequest.Value!.Value * rules.Workers / rules.Cores) : service;
    }

    // As many again as are in work may wait without harm; the rest is work that came before and is still to do.
    private static double Backlog(ScalingSignals signals, double rate, double service) => Math.Max(0, signals.InFlight.Value!.Value - (2 * rate * service));

    // While replicas start, what waits grows for want of them, and they are ordered: one more would come no sooner than they have worked it off.
    private static double DrainSeconds(ScalingRules rules, ScalingSignals signals) =>
        signals.Ready < signals.Wanted ? Math.Max(LeastDrainSeconds, rules.Startup.TotalSeconds) : LeastDrainSeconds;

    private static Demand Slow(ScalingRules rules, double rate, double service, double serviceP95, double target, IReadOnlyList<DemandInput> inputs)
    {
        var stable = rate * service / rules.Workers / StableUtilisation;
        var message = $"The model alone takes {serviceP95 * 1000:0.#} ms at p95, and the target is {target * 1000:0.#} ms: more replicas cannot meet it.";
        return new Demand(Target, (int)Math.Ceiling(stable), (int)Math.Ceiling(stable * SignalLimits.HeadRoom), $"workers at most {StableUtilisation:0%} busy, since the model is slow by itself", inputs)
        {
            Finding = new ScalingFinding("slow_model", message),
        };
    }

    // The model says enough and the measurement says no, for as long as nothing was changed: believe the measurement a step at a time.
    private static Demand Corrected(Demand demand, ScalingRules rules, ScalingHistory history, ScalingSignals signals, TimeSpan now)
    {
        var target = rules.Targets.LatencyP95!.Value.TotalSeconds;
        if (signals.LatencyP95.Flaw(SignalLimits.Load) is not null || signals.LatencyP95.Value <= target) return demand;
        if (demand.Replicas > signals.Wanted || signals.Ready < signals.Wanted || now - history.LastChange < ScalingHistory.Settled) return demand;
        var measured = signals.LatencyP95.Value!.Value;
        var busy = signals.Rate.Value!.Value * signals.ServiceTime.Value!.Value / (signals.Ready * rules.Workers);
        if (busy < IdleUtilisation)
        {
            var message = $"Requests take {measured * 1000:0.#} ms at p95 while the workers are only {busy:0%} busy: more replicas cannot shorten that.";
            return demand with { Finding = new ScalingFinding("latency_elsewhere", message) };
        }

        var more = signals.Wanted + Math.Max(1, signals.Wanted / 10);
        return demand with { Replicas = more, Calm = more, Formula = "a tenth more, since the measured p95 stays above the target", Inputs = [.. demand.Inputs, new("measured_p95", measured, "s")] };
    }

    private static List<string> Unusable(ScalingSignals signals)
    {
        List<string> unusable = [];
        if (signals.Rate.Flaw(SignalLimits.Load) is { } rate) unusable.Add($"rate ({rate})");
        if (signals.InFlight.Flaw(SignalLimits.Load) is { } inFlight) unusable.Add($"in_flight ({inFlight})");
        // Of a model that nobody has asked yet there is nothing to know, and nothing that must be; but it must have been looked at.
        var unasked = unusable.Count == 0 && signals.Rate.Value == 0 && signals.InFlight.Value == 0 && signals.ServiceTime.Value is null && signals.ServiceTime.Age <= SignalLimits.Load;
        if (!unasked && signals.ServiceTime.Flaw(SignalLimits.Load) is { } service) unusable.Add($"service_time ({service})");
        return unusable;
    }
}

using System.Diagnostics;
using Fairlead.Control.Autoscaling;

namespace Fairlead.Bench.Autoscale;

/// <summary>How long it takes to decide for 1,000 deployments, each with a minute of history.</summary>
internal static class DecisionRound
{
    private const int Deployments = 1000;
    private const int Rounds = 90;

    /// <returns>Milliseconds; the median of the rounds after the first minute.</returns>
    public static double Measure()
    {
        var rules = Trials.Rules(ScalingRules.DefaultCooldown);
        var random = new Random(1);
        var histories = Enumerable.Range(0, Deployments).Select(_ => new ScalingHistory()).ToArray();
        var wanted = Enumerable.Repeat(1, Deployments).ToArray();
        var times = new List<double>();
        for (var second = 0; second < Rounds; second++)
        {
            var began = Stopwatch.GetTimestamp();
            for (var i = 0; i < Deployments; i++) wanted[i] = Decide(rules, histories[i], wanted[i], random.Next(50, 1500), TimeSpan.FromSeconds(second));
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return times.Skip(60).Order().ElementAt((Rounds - 60) / 2);
    }

    private static int Decide(ScalingRules rules, ScalingHistory history, int wanted, double rate, TimeSpan now)
    {
        var signals = new ScalingSignals
        {
            Ready = wanted,
            Wanted = wanted,
            Rate = Signal.Now(rate),
            InFlight = Signal.Now(rate * 0.03),
            ServiceTime = Signal.Now(0.02),
            ServiceP95 = Signal.Now(0.024),
            LatencyP95 = Signal.Now(0.05),
        };
        var decision = ScalingPolicy.Decide(rules, history, signals, now);
        history.Add(decision, rate, ScalingPolicy.Cooldown(rules), applied: true);
        return decision.Wanted;
    }
}

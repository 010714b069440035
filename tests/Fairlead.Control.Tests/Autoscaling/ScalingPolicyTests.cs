using Fairlead.Control.Autoscaling;
using Fairlead.Core.Manifests;
using Fairlead.Core.Units;

namespace Fairlead.Control.Tests.Autoscaling;

public class ScalingPolicyTests
{
    private static readonly TimeSpan Now = TimeSpan.FromHours(1);

    private static readonly ScalingRules Latency = Rules(new ScaleTargets(LatencyP95: TimeSpan.FromMilliseconds(100)));

    [Fact]
    public void TheLargestDemandWins()
    {
        var rules = Rules(new ScaleTargets(RequestsPerSecond: 100, InFlight: 2));
        var decision = Decide(rules, Signals(wanted: 2) with { Rate = Signal.Now(250), InFlight = Signal.Now(11) });
        decision.Wanted.ShouldBe(6);
        decision.Outcome.ShouldBe(ScalingOutcome.Out);
        decision.Leading!.Target.ShouldBe("in_flight");
        decision.Demands.Select(d => d.Replicas).ShouldBe([3, 6]);
    }

    [Fact]
    public void CpuAndMemory_AreSharesOfWhatAReplicaMayUse()
    {
        var rules = Rules(new ScaleTargets(Cpu: new Share(50), Memory: new Share(80))) with { Cores = 2, Memory = 100 };
        var decision = Decide(rules, Signals(wanted: 2) with { Cpu = Signal.Now(3.5), Memory = Signal.Now(170) });
        decision.Demands.Select(d => d.Replicas).ShouldBe([4, 3]);
        decision.Wanted.ShouldBe(4);
    }

    [Fact]
    public void Latency_IsAnsweredWithWhatTheQueueModelNeeds()
    {
        var decision = Decide(Latency, Signals(wanted: 2) with { Rate = Signal.Now(400) });
        // 400/s of 20 ms are 8 cores of work; some more keep the queue short.
        decision.Wanted.ShouldBeInRange(9, 12);
        decision.Leading!.Inputs.ShouldContain(i => i.Name == "service_time" && i.Value == 0.02);
    }

    [Fact]
    public void WhatWaitsBecauseReplicasStillStart_IsNotOrderedAgain()
    {
        // 60/s at the one replica that is ready: some hundred wait, and three more are on their way.
        var rules = Latency with { Startup = TimeSpan.FromSeconds(10) };
        var waiting = Signals(wanted: 4) with { Ready = 1, Rate = Signal.Now(60), InFlight = Signal.Now(300) };
        Decide(rules, waiting).Wanted.ShouldBeLessThanOrEqualTo(4);
        Decide(rules, waiting with { Ready = 4 }).Wanted.ShouldBeGreaterThan(4, "with all of them ready it is work that is left");
    }

    [Fact]
    public void AModelThatIsSlowByItself_GetsWhatKeepsItStable_AndAFinding()
    {
        var decision = Decide(Latency, Signals(wanted: 2) with { Rate = Signal.Now(10), ServiceTime = Signal.Now(0.2), ServiceP95 = Signal.Now(0.2), LatencyP95 = Signal.Now(0.5) });
        decision.Finding!.Kind.ShouldBe("slow_model");
        decision.Finding.Message.ShouldContain("200 ms");
        decision.Wanted.ShouldBeInRange(3, 6);
    }

    [Fact]
    public void MeasuredLatencyAboveTheTarget_WithIdleWorkers_IsAFinding_AndNoReplica()
    {
        var decision = Decide(Latency, Signals(wanted: 1) with { Rate = Signal.Now(10), LatencyP95 = Signal.Now(0.5) });
        decision.Finding!.Kind.ShouldBe("latency_elsewhere");
        decision.Wanted.ShouldBe(1);
    }

    [Fact]
    public void MeasuredLatencyAboveTheTarget_WithBusyWorkers_AddsAStep()
    {
        var decision = Decide(Latency, Signals(wanted: 10) with { Rate = Signal.Now(300), LatencyP95 = Signal.Now(0.5) });
        decision.Wanted.ShouldBe(11);
    }

    public static TheoryData<string, ScalingSignals> Flawed() => new()
    {
        { "rate (missing)", Calm with { Rate = Signal.Missing } },
        { "rate (not a number)", Calm with { Rate = Signal.Now(double.NaN) } },
        { "rate (not a number)", Calm with { Rate = Signal.Now(double.PositiveInfinity) } },
        { "rate (60 s old)", Calm with { Rate = new Signal(1, TimeSpan.FromMinutes(1)) } },
        { "in_flight (missing)", Calm with { InFlight = Signal.Missing } },
        { "service_time (missing)", Calm with { ServiceTime = Signal.Missing } },
        { "service_time (missing)", Calm with { Rate = Signal.Now(0), ServiceTime = Signal.Missing } },
        { "service_time (10 s old)", Calm with { Rate = Signal.Now(0), ServiceTime = new Signal(0.02, TimeSpan.FromSeconds(10)) } },
    };

    [Theory]
    [MemberData(nameof(Flawed))]
    public void AFlawedSignal_IsNamed_AndNeverScalesIn(string named, ScalingSignals signals)
    {
        var history = new ScalingHistory();
        foreach (var second in Enumerable.Range(0, 600))
        {
            var decision = ScalingPolicy.Decide(Latency, history, signals, Now + TimeSpan.FromSeconds(second));
            history.Add(decision, signals.Rate.Value, Latency.Cooldown, applied: true);
            decision.Wanted.ShouldBe(signals.Wanted);
            decision.Unusable.ShouldBe([named]);
            decision.Outcome.ShouldBe(ScalingOutcome.Blind);
        }
    }

    [Fact]
    public void WithTheSameSignalsWhole_ReplicasLeave_AfterTheCooldownAndNotBefore() => FirstChange(Latency, Calm, new ScalingHistory()).ShouldBe(0, "nothing was needed before");

    [Fact]
    public void AReplicaLeavesOnlyWhenItWasNotNeededThroughoutTheCooldown()
    {
        var history = new ScalingHistory();
        var busy = Calm with { Rate = Signal.Now(350) };
        history.Add(ScalingPolicy.Decide(Latency, history, busy, Now), 350, Latency.Cooldown, applied: true);
        FirstChange(Latency, Calm, history, from: 1).ShouldBe(61);
    }

    [Fact]
    public void OneBlindMoment_IsRememberedForTheCooldown()
    {
        var history = new ScalingHistory();
        history.Add(ScalingPolicy.Decide(Latency, history, Calm with { Rate = Signal.Missing }, Now), null, Latency.Cooldown, applied: true);
        FirstChange(Latency, Calm, history, from: 1).ShouldBe(61);
    }

    [Fact]
    public void ASlowStart_MakesTheCooldownLonger() => ScalingPolicy.Cooldown(Latency with { Startup = TimeSpan.FromSeconds(90) }).ShouldBe(TimeSpan.FromSeconds(180));

    [Fact]
    public void OneFlawedTarget_DoesNotKeepAnotherFromScalingOut()
    {
        var rules = Rules(new ScaleTargets(Cpu: new Share(70), RequestsPerSecond: 100));
        var decision = Decide(rules, Signals(wanted: 2) with { Rate = Signal.Now(450), Cpu = Signal.Missing });
        decision.Wanted.ShouldBe(5);
        decision.Unusable.ShouldBe(["cpu (missing)"]);
    }

    [Fact]
    public void Bounds_Hold()
    {
        var rules = Rules(new ScaleTargets(RequestsPerSecond: 1)) with { Min = 3, Max = 5 };
        var above = Decide(rules, Signals(wanted: 5) with { Rate = Signal.Now(1000) });
        (above.Wanted, above.Outcome).ShouldBe((5, ScalingOutcome.AtMax));
        Decide(rules, Signals(wanted: 4) with { Rate = Signal.Now(0) }).Wanted.ShouldBe(3);
        Decide(rules, Signals(wanted: 1) with { Rate = Signal.Missing }).Wanted.ShouldBe(3);
        Decide(rules, Signals(wanted: 9) with { Rate = Signal.Missing }).Wanted.ShouldBe(5);
    }

    [Fact]
    public void StepsPerMinute_PaceTheWayOut()
    {
        var rules = Rules(new ScaleTargets(RequestsPerSecond: 1)) with { StepsPerMinute = 3 };
        var history = new ScalingHistory();
        List<int> wanted = [];
        for (var second = 0; second <= 130; second += 10)
        {
            var decision = ScalingPolicy.Decide(rules, history, Signals(wanted: wanted.LastOrDefault(1)) with { Rate = Signal.Now(100) }, Now + TimeSpan.FromSeconds(second));
            history.Add(decision, 100, rules.Cooldown, applied: true);
            wanted.Add(decision.Wanted);
        }

        wanted.ShouldBe([4, 4, 4, 4, 4, 4, 7, 7, 7, 7, 7, 7, 10, 10]);
    }

    [Fact]
    public void NoiseOfATenth_ChangesNothing_OnceSettled()
    {
        var (history, random, wanted) = (new ScalingHistory(), new Random(5), 1);
        List<int> seen = [];
        for (var second = 0; second < 900; second++)
        {
            var rate = 300 * (0.9 + (0.2 * random.NextDouble()));
            var decision = ScalingPolicy.Decide(Latency, history, Signals(wanted) with { Rate = Signal.Now(rate) }, Now + TimeSpan.FromSeconds(second));
            history.Add(decision, rate, Latency.Cooldown, applied: true);
            seen.Add(wanted = decision.Wanted);
        }

        seen.Skip(300).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public void ARisingLoad_IsCarriedOnToWhenANewReplicaWouldBeReady()
    {
        var rules = Latency with { Forecast = true, Startup = TimeSpan.FromSeconds(30) };
        var history = new ScalingHistory();
        for (var second = 0; second < 30; second++)
        {
            var past = Signals(wanted: 100) with { Rate = Signal.Now(100 + (10 * second)) };
            history.Add(ScalingPolicy.Decide(rules, history, past, Now + TimeSpan.FromSeconds(second)), past.Rate.Value, rules.Cooldown, applied: false);
        }

        var signals = Signals(wanted: 5) with { Rate = Signal.Now(400) };
        var ahead = ScalingPolicy.Decide(rules, history, signals, Now + TimeSpan.FromSeconds(30)).Wanted;
        var asIs = ScalingPolicy.Decide(rules with { Forecast = false }, history, signals, Now + TimeSpan.FromSeconds(30)).Wanted;
        ahead.ShouldBeGreaterThan(asIs + 4);
    }

    [Fact]
    public void NothingComesIn_NeedsNothing() => Decide(Latency, Signals(wanted: 1) with { Rate = Signal.Now(0), ServiceTime = Signal.Nothing(TimeSpan.Zero) }).Unusable.ShouldBeEmpty();

    private static ScalingSignals Calm => Signals(wanted: 8) with { Rate = Signal.Now(20) };

    private static ScalingRules Rules(ScaleTargets targets) => new() { Min = 1, Max = 100, Targets = targets, Startup = TimeSpan.FromSeconds(2), Workers = 1, Cores = 1 };

    private static ScalingSignals Signals(int wanted) => new()
    {
        Ready = wanted,
        Wanted = wanted,
        InFlight = Signal.Now(0),
        ServiceTime = Signal.Now(0.02),
        ServiceP95 = Signal.Now(0.02),
        LatencyP95 = Signal.Now(0.03),
    };

    private static ScalingDecision Decide(ScalingRules rules, ScalingSignals signals) => ScalingPolicy.Decide(rules, new ScalingHistory(), signals, Now);

    private static int FirstChange(ScalingRules rules, ScalingSignals signals, ScalingHistory history, int from = 0)
    {
        for (var second = from; second < 1000; second++)
        {
            var decision = ScalingPolicy.Decide(rules, history, signals, Now + TimeSpan.FromSeconds(second));
            history.Add(decision, signals.Rate.Value, rules.Cooldown, applied: true);
            if (decision.Wanted < signals.Wanted) return second;
        }

        return -1;
    }
}

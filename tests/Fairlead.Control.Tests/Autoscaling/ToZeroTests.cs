using Fairlead.Control.Autoscaling;
using Fairlead.Core.Manifests;
using Fairlead.Core.Units;

namespace Fairlead.Control.Tests.Autoscaling;

/// <summary>The policy with <c>scale/min: 0</c>.</summary>
public class ToZeroTests
{
    private static readonly TimeSpan Now = TimeSpan.FromHours(1);

    private static readonly ScalingRules Latency = Rules(new ScaleTargets(LatencyP95: TimeSpan.FromMilliseconds(100)));

    [Fact]
    public void NobodyAsked_ForTheWholeCooldown_LeavesNone_AndNotBefore()
    {
        var history = new ScalingHistory();
        Add(history, Latency, Signals(1) with { Rate = Signal.Now(1) }, second: 0);
        FirstZero(Latency, Signals(1), history, from: 1).ShouldBe(61);
    }

    [Fact]
    public void SeveralReplicas_LeaveAtOnce() => FirstZero(Latency, Signals(5), new ScalingHistory()).ShouldBe(0);

    [Theory]
    [InlineData("one request in flight", 0, 1)]
    [InlineData("one request a minute", 0.017, 0)]
    public void AnyTraffic_KeepsOne(string case_, double rate, double inFlight) =>
        FirstZero(Latency, Signals(1) with { Rate = Signal.Now(rate), InFlight = Signal.Now(inFlight) }, new ScalingHistory()).ShouldBe(-1, case_);

    public static TheoryData<string, ScalingSignals> Flawed() => new()
    {
        { "rate (missing)", Signals(1) with { Rate = Signal.Missing } },
        { "rate (not a number)", Signals(1) with { Rate = Signal.Now(double.NaN) } },
        { "rate (60 s old)", Signals(1) with { Rate = new Signal(0, TimeSpan.FromMinutes(1)) } },
        { "in_flight (missing)", Signals(1) with { InFlight = Signal.Missing } },
    };

    [Theory]
    [MemberData(nameof(Flawed))]
    public void NotKnowing_KeepsOne_WhateverTheTarget(string named, ScalingSignals signals)
    {
        foreach (var rules in (ScalingRules[])[Latency, Rules(new ScaleTargets(Cpu: new Share(70)))])
        {
            FirstZero(rules, signals with { Cpu = Signal.Now(0) }, new ScalingHistory()).ShouldBe(-1);
            ScalingPolicy.Decide(rules, new ScalingHistory(), signals with { Cpu = Signal.Now(0) }, Now).Unusable.ShouldContain(named);
        }
    }

    [Fact]
    public void ATargetThatCannotBeSeen_KeepsOne() =>
        FirstZero(Rules(new ScaleTargets(Cpu: new Share(70))), Signals(1) with { Cpu = Signal.Missing }, new ScalingHistory()).ShouldBe(-1);

    [Fact]
    public void LoadedMemoryAndABackgroundOfTheProcessor_KeepNone()
    {
        var rules = Rules(new ScaleTargets(Cpu: new Share(70), Memory: new Share(80))) with { Memory = 100 };
        FirstZero(rules, Signals(1) with { Cpu = Signal.Now(0.01), Memory = Signal.Now(90) }, new ScalingHistory()).ShouldBe(0);
    }

    [Fact]
    public void AReplicaThatHasNotBeenReady_IsWaitedFor()
    {
        var history = new ScalingHistory();
        FirstZero(Latency, Signals(1) with { Ready = 0 }, history).ShouldBe(-1);
        FirstZero(Latency, Signals(1), history, from: 600).ShouldBe(660, "its cool-down begins when it is ready");
    }

    [Fact]
    public void ARequestThatWaits_BringsOneBack_HoweverSlowThePace()
    {
        var decision = ScalingPolicy.Decide(Latency with { StepsPerMinute = 1 }, Added(1), Signals(0) with { InFlight = Signal.Now(1) }, Now);
        (decision.Wanted, decision.Outcome).ShouldBe((1, ScalingOutcome.Out));
    }

    [Fact]
    public void AtZeroWithoutRequests_NothingIsNeededAndNothingIsMissing()
    {
        var decision = ScalingPolicy.Decide(Latency, new ScalingHistory(), Signals(0), Now);
        (decision.Wanted, decision.Outcome).ShouldBe((0, ScalingOutcome.Steady));
        ScalingFindings.Of(decision).ShouldBeEmpty();
    }

    [Fact]
    public void WithALeastOfOne_TheLastStays() => FirstZero(Latency with { Min = 1 }, Signals(1), new ScalingHistory()).ShouldBe(-1);

    private static ScalingRules Rules(ScaleTargets targets) => new() { Min = 0, Max = 100, Targets = targets, Startup = TimeSpan.FromSeconds(2), Workers = 1, Cores = 1 };

    private static ScalingSignals Signals(int replicas) => new()
    {
        Ready = replicas,
        Wanted = replicas,
        Rate = Signal.Now(0),
        InFlight = Signal.Now(0),
        ServiceTime = Signal.Now(0.02),
        ServiceP95 = Signal.Now(0.02),
    };

    private static ScalingHistory Added(int replicas)
    {
        var history = new ScalingHistory();
        history.Add(new ScalingDecision(Now, 0, replicas, replicas, ScalingOutcome.Out, []), 0, Latency.Cooldown, applied: true);
        return history;
    }

    private static ScalingDecision Add(ScalingHistory history, ScalingRules rules, ScalingSignals signals, int second)
    {
        var decision = ScalingPolicy.Decide(rules, history, signals, Now + TimeSpan.FromSeconds(second));
        history.Add(decision, signals.Rate.Value, rules.Cooldown, applied: true);
        return decision;
    }

    private static int FirstZero(ScalingRules rules, ScalingSignals signals, ScalingHistory history, int from = 0)
    {
        for (var second = from; second < from + 600; second++)
        {
            if (Add(history, rules, signals, second).Wanted == 0) return second;
        }

        return -1;
    }
}

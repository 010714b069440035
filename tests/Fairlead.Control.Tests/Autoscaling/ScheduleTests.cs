using Fairlead.Control.Autoscaling;
using Fairlead.Control.Events;
using Fairlead.Control.Tests.Fakes;
using Fairlead.Core.Manifests;
using Fairlead.Core.Scheduling;
using Fairlead.Telemetry.Prometheus;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fairlead.Control.Tests.Autoscaling;

public sealed class ScheduleTests : IDisposable
{
    private static readonly DateTimeOffset Day = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly World _world = new();
    private readonly Autoscaler _autoscaler;

    public ScheduleTests() => _autoscaler = new Autoscaler(
        new ScalingParts(_world.Store, () => _world.Reconciler.View, _ => Task.FromResult<MetricScrape?>(PrometheusReader.Read("")), (_, _) => Task.FromResult(MetricPage.Unreadable("nothing is served")), new Clock(_world.Time), _world.Reconciler.Wake),
        NullLogger.Instance);

    [Fact]
    public async Task AWindow_BringsItsReplicas_AndTheyLeaveAfterTheCooldown()
    {
        // 8:00 in Berlin is 7:00 UTC in January.
        Deploy(new ScaleSpec { Min = 1, Max = 8, Schedule = [Window("0 8 * * *", hours: 1, min: 4, zone: "Europe/Berlin")], Cooldown = TimeSpan.FromSeconds(10) });
        await _world.SettledAsync(serving: 1);
        SetClock(Day + new TimeSpan(6, 59, 55));
        await SecondsAsync(2);
        _world.Record.Replicas.ShouldBe(1);
        await SecondsAsync(6);
        _world.Record.Replicas.ShouldBe(4);
        _world.Store.LatestEvents("penguins", 20).First(e => e.Kind == EventKind.Autoscaled).Message.ShouldContain("schedule asks for 4: open since '0 8 * * *' Europe/Berlin for 1h");
        SetClock(Day + new TimeSpan(7, 59, 57));
        await SecondsAsync(8);
        _world.Record.Replicas.ShouldBe(4, "the cool-down is not over");
        await SecondsAsync(10);
        _world.Record.Replicas.ShouldBe(1);
    }

    [Fact]
    public void AmongOpenWindows_TheLargestDemandWins_AndAClosedOneAsksForNone()
    {
        IReadOnlyList<ScheduleSpec> schedule = [Window("0 8 * * *", hours: 4, min: 4), Window("0 10 * * *", hours: 4, min: 6, max: 12), Window("0 11 * * *", hours: 1, max: 9)];
        Wanted(schedule, hour: 7, current: 5).ShouldBe((2, "no window is open"));
        Wanted(schedule, hour: 9, current: 2).Wanted.ShouldBe(4);
        Wanted(schedule, hour: 11, current: 2).Wanted.ShouldBe(6);
        ScheduleRule.At(schedule, Day.AddHours(11))!.Max.ShouldBe(12);
        Wanted(schedule, hour: 11, current: 20).Wanted.ShouldBe(12, "a window's max is a bound at once");
    }

    [Fact]
    public void AWindowThatBoundsOtherDemands_YieldsToAnotherWindowsDemand()
    {
        IReadOnlyList<ScheduleSpec> schedule = [Window("0 0 * * *", hours: 24, max: 3), Window("0 8 * * *", hours: 1, min: 5)];
        Rules(schedule, Day.AddHours(8)).Max.ShouldBe(5);
        Rules(schedule, Day.AddHours(9)).Max.ShouldBe(3);
    }

    [Fact]
    public void ALoadThatAsksForMore_GetsMoreThanTheWindow()
    {
        var rules = Rules([Window("0 8 * * *", hours: 1, min: 4)], Day.AddHours(8)) with { Targets = new ScaleTargets(RequestsPerSecond: 10) };
        var decision = ScalingPolicy.Decide(rules, new ScalingHistory(), Signals(4) with { Rate = Signal.Now(70) }, TimeSpan.FromHours(1));
        decision.Wanted.ShouldBe(7);
        decision.Leading!.Target.ShouldBe("requests_per_second");
    }

    [Fact]
    public void AZoneThatTheMachineDoesNotKnow_IsRefused_AndNeverScalesIn()
    {
        var manifest = Given.Manifest() with { Scale = new ScaleSpec { Schedule = [Window("0 8 * * *", hours: 1, min: 4, zone: "Europe/Atlantis"), Window("0 9 * * *", hours: 1, min: 4, zone: "Europe/Atlantis")] } };
        var problem = _world.Deployer.Deploy(Given.Order(manifest)).Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe("FL5281");
        problem.Message.ShouldContain("Europe/Atlantis");

        var decision = ScalingPolicy.Decide(Rules(manifest.Scale.Schedule, Day), new ScalingHistory(), Signals(5), TimeSpan.FromHours(1));
        decision.Wanted.ShouldBe(5);
        decision.Outcome.ShouldBe(ScalingOutcome.Blind);
        decision.Unusable.ShouldBe(["schedule (this machine has no time zone Europe/Atlantis)"]);
    }

    public void Dispose() => _world.Dispose();

    private static (int Wanted, string Why) Wanted(IReadOnlyList<ScheduleSpec> schedule, int hour, int current)
    {
        var decision = ScalingPolicy.Decide(Rules(schedule, Day.AddHours(hour)), new ScalingHistory(), Signals(current), TimeSpan.FromHours(1));
        return (decision.Wanted, decision.Demands.Single().Formula);
    }

    private static ScalingRules Rules(IReadOnlyList<ScheduleSpec> schedule, DateTimeOffset at) =>
        ScalingRules.Of(Given.Manifest(min: 2, max: 50) with { Scale = new ScaleSpec { Min = 2, Max = 50, Schedule = schedule } }, TimeSpan.FromSeconds(2), at);

    private static ScalingSignals Signals(int current) => new() { Ready = current, Wanted = current };

    private static ScheduleSpec Window(string cron, int hours, int? min = null, int? max = null, string zone = "UTC") =>
        new(CronExpression.TryParse(cron, out var parsed, out var why) ? parsed : throw new ShouldAssertException(why), TimeSpan.FromHours(hours), min, max, zone);

    private void Deploy(ScaleSpec scale) => _world.Deploy(Given.Manifest() with { Scale = scale });

    private void SetClock(DateTimeOffset to) => _world.Time.SetClockBy(to - _world.Time.GetUtcNow());

    private async Task SecondsAsync(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            await _world.TurnAsync();
            await _world.TurnAsync();
            _world.Time.Advance(TimeSpan.FromMilliseconds(900));
            await _autoscaler.TurnAsync(CancellationToken.None);
        }
    }
}

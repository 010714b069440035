using System.Globalization;
using Fairlead.Control.Autoscaling;
using Fairlead.Control.Events;
using Fairlead.Control.Tests.Fakes;
using Fairlead.Core.Manifests;
using Fairlead.Core.Units;
using Fairlead.Telemetry.Prometheus;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fairlead.Control.Tests.Autoscaling;

/// <summary>Metrics that a <c>command:</c> model exports itself, through the controller's loop; what each replica's page says is text.</summary>
public sealed class MetricTargetTests : IDisposable
{
    private static readonly MetricTarget Depth = new("queue_depth", new Dictionary<string, string> { ["queue"] = "in" }, AverageValue: 10, null);
    private static readonly MetricTarget Jobs = new("jobs_total", new Dictionary<string, string>(), null, AverageRate: 50);

    private readonly World _world = new();
    private readonly Autoscaler _autoscaler;
    private readonly HashSet<Uri> _asked = [];
    private Func<int, MetricPage> _page = _ => MetricPage.Unreadable("/stats cannot be read");
    private string _gateway = "";

    public MetricTargetTests() => _autoscaler = new Autoscaler(
        new ScalingParts(_world.Store, () => _world.Reconciler.View, _ => Task.FromResult<MetricScrape?>(PrometheusReader.Read(_gateway)), (address, _) => Task.FromResult(Page(address)), new Clock(_world.Time), _world.Reconciler.Wake),
        NullLogger.Instance);

    [Fact]
    public async Task AGauge_ScalesOut_HoldsWhileItIsNoNumber_AndScalesInWhenItIsLowAgain()
    {
        await BeginAsync(Depth);
        Says("12", other: "900");
        await SecondsAsync(3);
        _world.Record.Replicas.ShouldBe(2, "12 wait and 10 are wanted on each");
        var told = _world.Store.LatestEvents("penguins", 20).First(e => e.Kind == EventKind.Autoscaled).Message;
        told.ShouldContain("queue_depth{queue=\"in\"} asks for 2: sum of the replicas' / average_value, rounded up (sum 12, replicas_read 1, average_value 10)");
        Says("40", other: "900");
        await SecondsAsync(3);
        _world.Record.Replicas.ShouldBe(4);

        Says("NaN", other: "0");
        await SecondsAsync(60);
        _world.Record.Replicas.ShouldBe(4);
        Decision.Outcome.ShouldBe(ScalingOutcome.Blind);
        ScalingFindings.Of(Decision).ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.Code.ShouldBe("FL5280"), f => f.Summary.ShouldContain("queue_depth{queue=\"in\"} (not a number at penguins"));

        Says("1", other: "0");
        await SecondsAsync(8);
        _world.Record.Replicas.ShouldBe(4, "the cool-down is not over");
        await SecondsAsync(6);
        _world.Record.Replicas.ShouldBe(1);
        _asked.ShouldAllBe(a => a.AbsolutePath == "/stats");
    }

    [Fact]
    public async Task ACounter_IsItsGrowthASecond_AndAReplicaStartedAgainIsNoBurst()
    {
        await BeginAsync(Jobs);
        var jobs = 0;
        _page = _ => Text($"jobs_total {jobs}");
        for (var second = 0; second < 15; second++, jobs += 120) await SecondsAsync(1);
        _world.Record.Replicas.ShouldBe(5, "every replica counts 120 a second and 50 are wanted of each, so that only the bound holds");
        jobs = 3;
        for (var second = 0; second < 3; second++, jobs += 1) await SecondsAsync(1);
        Decision.Demands.ShouldHaveSingleItem().Replicas!.Value.ShouldBeLessThan(15);
    }

    public static TheoryData<string, string> Unusable() => new()
    {
        { "queue_depth 5", "missing" },
        { "queue_depth{queue=\"in\"} +Inf", "not a number" },
        { "queue_depth{queue=\"in\"} -Inf", "not a number" },
        { "queue_depth{queue=\"in\"} -4", "negative" },
        { "<html>Not found</html>", "missing" },
        { "queue_depth_bucket{queue=\"in\",le=\"+Inf\"} 3", "a histogram" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task WhatCannotBeUsed_IsNamed_AndScalesNeitherInNorOut(string page, string named)
    {
        await BeginAsync(Depth);
        Says("30", other: "0");
        await SecondsAsync(1);
        _world.Record.Replicas.ShouldBe(3);
        _page = _ => Text($"{page}");
        await SecondsAsync(40);
        _world.Record.Replicas.ShouldBe(3);
        Decision.Unusable.ShouldHaveSingleItem().ShouldContain(named);
    }

    [Fact]
    public async Task APageThatIsCutOff_HoldsForSixSeconds_AndIsNamedThen()
    {
        await BeginAsync(Depth);
        Says("30", other: "0");
        await SecondsAsync(20);
        var busy = _world.Record.Replicas;
        _page = _ => MetricPage.Unreadable("/stats has more than 1 MiB");
        await SecondsAsync(4);
        Decision.Unusable.ShouldBeEmpty();
        await SecondsAsync(40);
        _world.Record.Replicas.ShouldBe(busy);
        Decision.Unusable.ShouldHaveSingleItem().ShouldContain("/stats has more than 1 MiB at penguins");
    }

    [Fact]
    public async Task OneReplicaThatSaysNothing_KeepsTheOthersFromLeaving_AndNotFromComing()
    {
        await BeginAsync(Depth, min: 2);
        _page = place => place == 0 ? Text($"up 1") : Text($"queue_depth{{queue=\"in\"}} 1");
        await SecondsAsync(30);
        _world.Record.Replicas.ShouldBe(2);
        _page = place => place == 0 ? Text($"up 1") : Text($"queue_depth{{queue=\"in\"}} 35");
        await SecondsAsync(1);
        _world.Record.Replicas.ShouldBe(4, "35 on the one that speaks are enough for four");
        _page = place => place == 0 ? Text($"up 1") : Text($"queue_depth{{queue=\"in\"}} 0");
        await SecondsAsync(40);
        _world.Record.Replicas.ShouldBe(4);
        Decision.Unusable.ShouldHaveSingleItem().ShouldContain("missing at penguins");
    }

    [Fact]
    public async Task WithoutAMetricTarget_AProgramThatIsNotTheModelServer_IsNotAsked()
    {
        await BeginAsync();
        await SecondsAsync(5);
        _asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task ALatencyTarget_OfAProgramThatTellsNoServiceTime_IsAnsweredByTheGatewaysTimes()
    {
        await BeginAsync();
        // 20 ms a request, 10 a second on one replica; then the load is seven times that of one worker.
        await LoadAsync(30, rate: 10, each: 0.02);
        _world.Record.Replicas.ShouldBe(1);
        Decision.Unusable.ShouldBeEmpty();
        await LoadAsync(10, rate: 350, each: 0.02);
        _world.Record.Replicas.ShouldBe(8);
        Decision.Leading!.Inputs.Single(i => i.Name == "service_time").Value.ShouldBe(0.02, 0.002);
    }

    public void Dispose() => _world.Dispose();

    private ScalingDecision Decision => _autoscaler.Of(_world.Record.Name).ShouldNotBeNull();

    private long _answered;

    private MetricPage Page(Uri address)
    {
        _asked.Add(address);
        return _page(_world.Replicas.Select(r => r.State.Http.Port).Order().ToList().IndexOf(address.Port));
    }

    // All that waits is at one replica; the others have nothing to do.
    private void Says(string depth, string other) => _page = place => Text($"queue_depth{{queue=\"in\"}} {(place == 0 ? depth : "0")}\nqueue_depth{{queue=\"out\"}} {other}");

    private async Task BeginAsync(params MetricTarget[] metrics) => await BeginAsync(metrics.FirstOrDefault(), min: 1);

    private async Task BeginAsync(MetricTarget? metric, int min)
    {
        var targets = metric is null ? new ScaleTargets(LatencyP95: TimeSpan.FromMilliseconds(100)) : new ScaleTargets { Metrics = [metric] };
        _world.Deploy(Given.Manifest() with
        {
            Scale = new ScaleSpec { Min = min, Max = metric is null ? 8 : 5, Targets = targets, Cooldown = TimeSpan.FromSeconds(10) },
            Serve = new ServeSpec { Metrics = "/stats" },
            Resources = new ResourceSpec(Cpu: new CpuQuantity(1000)),
        });
        await _world.SettledAsync(serving: min);
    }

    private async Task LoadAsync(int seconds, long rate, double each)
    {
        for (var second = 0; second < seconds; second++)
        {
            _answered += rate;
            _gateway = string.Create(CultureInfo.InvariantCulture, $"fairlead_gateway_requests_total{{deployment=\"penguins\"}} {_answered}\nfairlead_gateway_in_flight{{deployment=\"penguins\"}} 1\nfairlead_gateway_request_duration_seconds_bucket{{deployment=\"penguins\",le=\"{each * 0.98}\"}} 0\nfairlead_gateway_request_duration_seconds_bucket{{deployment=\"penguins\",le=\"{each * 1.02}\"}} {_answered}\nfairlead_gateway_request_duration_seconds_bucket{{deployment=\"penguins\",le=\"+Inf\"}} {_answered}\nfairlead_gateway_request_duration_seconds_sum{{deployment=\"penguins\"}} {_answered * each}\n");
            await SecondsAsync(1);
        }
    }

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

    private static MetricPage Text(FormattableString text) => MetricPage.Of(PrometheusReader.Read(text.ToString(CultureInfo.InvariantCulture)));
}

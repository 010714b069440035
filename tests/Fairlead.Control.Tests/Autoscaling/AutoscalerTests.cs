using System.Globalization;
using System.Net;
using Fairlead.Control.Autoscaling;
using Fairlead.Control.Events;
using Fairlead.Control.Reconciling;
using Fairlead.Control.Tests.Fakes;
using Fairlead.Core.Manifests;
using Fairlead.Core.Units;
using Fairlead.Telemetry.Prometheus;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fairlead.Control.Tests.Autoscaling;

/// <summary>The loop with a real state file and reconciler; the metrics are text as gateway and replicas write it.</summary>
public sealed class AutoscalerTests : IDisposable
{
    private static readonly ScaleTargets Latency = new(LatencyP95: TimeSpan.FromMilliseconds(100));

    private readonly World _world = new();
    private readonly Autoscaler _autoscaler;
    private readonly Dictionary<IPEndPoint, long> _served = [];
    private double _rate;
    private int _held;
    private double _seconds = 0.02;
    private long _answered;
    private bool _replicasAnswer = true;
    private bool _gatewayAnswers = true;

    public AutoscalerTests() => _autoscaler = new Autoscaler(
        new ScalingParts(_world.Store, View, _ => Task.FromResult(_gatewayAnswers ? Gateway() : null), (address, _) => Task.FromResult(_replicasAnswer ? MetricPage.Of(Replica(IPEndPoint.Parse(address.Authority))) : MetricPage.Unreadable("/metrics does not answer within 500ms")), new Clock(_world.Time), _world.Reconciler.Wake),
        NullLogger.Instance);

    [Fact]
    public async Task AStep_IsFollowedOut_AndBackToTheLeast_AfterTheCooldown()
    {
        await BeginAsync(Latency);
        await SecondsAsync(20, rate: 10);
        _world.Record.Replicas.ShouldBe(1);
        await SecondsAsync(5, rate: 200);
        _world.Record.Replicas.ShouldBeInRange(5, 7);
        _world.EventKinds.ShouldContain(EventKind.Autoscaled);
        var out_ = _world.Record.Replicas;
        await SecondsAsync(8, rate: 0);
        _world.Record.Replicas.ShouldBe(out_, "the cool-down is not over");
        await SecondsAsync(10, rate: 0);
        _world.Record.Replicas.ShouldBe(1);
    }

    [Fact]
    public async Task MetricsCutOff_NoScaleIn_AndNamed()
    {
        await BeginAsync(Latency);
        await SecondsAsync(10, rate: 200);
        var busy = _world.Record.Replicas;
        _replicasAnswer = false;
        await SecondsAsync(60, rate: 0);
        _world.Record.Replicas.ShouldBe(busy);
        ScalingFindings.Of(Decision).ShouldContain(f => f.Code == "FL5266" && f.Summary.Contains("service_time"));
        _replicasAnswer = true;
        await SecondsAsync(20, rate: 0);
        _world.Record.Replicas.ShouldBe(1);
    }

    [Fact]
    public async Task AGatewayThatDoesNotAnswer_NoScaleIn()
    {
        await BeginAsync(new ScaleTargets(RequestsPerSecond: 50));
        await SecondsAsync(10, rate: 190);
        _world.Record.Replicas.ShouldBe(4);
        _gatewayAnswers = false;
        await SecondsAsync(60, rate: 0);
        _world.Record.Replicas.ShouldBe(4);
        Decision.Outcome.ShouldBe(ScalingOutcome.Blind);
        Decision.Unusable.ShouldHaveSingleItem().ShouldStartWith("rate (");
    }

    [Fact]
    public async Task AGatewayThatWasStartedAgain_IsNoBurst()
    {
        await BeginAsync(new ScaleTargets(RequestsPerSecond: 50));
        await SecondsAsync(10, rate: 90);
        _answered = 0;
        await SecondsAsync(10, rate: 90);
        _world.Record.Replicas.ShouldBe(2);
    }

    [Fact]
    public async Task AModelSlowByItself_IsBounded_AndWhySaysSo()
    {
        _seconds = 0.3;
        await BeginAsync(Latency);
        await SecondsAsync(120, rate: 3);
        _world.Record.Replicas.ShouldBeInRange(1, 4, "of 8");
        var finding = ScalingFindings.Of(Decision).ShouldHaveSingleItem();
        finding.Code.ShouldBe("FL5264");
        finding.Summary.ShouldContain("more replicas cannot meet it");
    }

    [Fact]
    public async Task ADryRun_TellsAndDoesNothing()
    {
        await BeginAsync(Latency, dryRun: true);
        await SecondsAsync(20, rate: 200);
        _world.Record.Replicas.ShouldBe(1);
        Decision.Wanted.ShouldBeGreaterThan(4);
        _world.Store.LatestEvents("penguins", 100).ShouldContain(e => e.Kind == EventKind.ScalingDecided && e.Message.Contains("dry run"));
    }

    [Fact]
    public async Task SteadyLoad_TellsOnce()
    {
        await BeginAsync(Latency);
        await SecondsAsync(60, rate: 10);
        _world.EventKinds.Count(k => k is EventKind.ScalingDecided or EventKind.Autoscaled).ShouldBeLessThan(4);
    }

    [Fact]
    public async Task AnUpdate_KeepsWhatTheLoadAskedFor()
    {
        await BeginAsync(Latency);
        await SecondsAsync(10, rate: 200);
        var busy = _world.Record.Replicas;
        _world.Deploy(_world.Record.Current.Manifest with { Version = "2" });
        _world.Record.Replicas.ShouldBe(busy);
    }

    [Fact]
    public async Task ByHand_WithinTheBoundsOnly()
    {
        await BeginAsync(Latency);
        _world.Deployer.Scale("penguins", 9).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL5014");
        _world.Deployer.Scale("penguins", 0).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL5014");
        _world.Deployer.Scale("penguins", 3).IsOk.ShouldBeTrue();
        await SecondsAsync(20, rate: 0);
        _world.Record.Replicas.ShouldBe(1, "the targets go on from what was set by hand");
    }

    [Fact]
    public async Task WithMinZero_TheLastReplicaGoesAfterTheCooldown_AndARequestThatWaitsBringsItBack()
    {
        await BeginAsync(Latency, min: 0);
        await SecondsAsync(5, rate: 10);
        await SecondsAsync(8, rate: 0);
        _world.Record.Replicas.ShouldBe(1, "the cool-down is not over");
        await SecondsAsync(6, rate: 0);
        _world.Record.Replicas.ShouldBe(0);
        await SecondsAsync(5, rate: 0);
        Decision.Outcome.ShouldBe(ScalingOutcome.Steady, "what does not run is not missed");
        ScalingFindings.Of(Decision).ShouldBeEmpty();
        await SecondsAsync(1, rate: 0, held: 1);
        _world.Record.Replicas.ShouldBe(1);
    }

    [Fact]
    public async Task WithMinZero_RequestsInFlightOrAGatewayThatDoesNotAnswer_KeepTheLastReplica()
    {
        await BeginAsync(Latency, min: 0);
        await SecondsAsync(30, rate: 0, held: 1);
        _world.Record.Replicas.ShouldBe(1);
        _gatewayAnswers = false;
        await SecondsAsync(60, rate: 0);
        _world.Record.Replicas.ShouldBe(1);
    }

    [Fact]
    public async Task WithMinZero_AnUpdateKeepsAReplicaUntilItIsOver()
    {
        await BeginAsync(Latency, min: 0);
        var slow = _world.Record.Current.Manifest with { Version = "2", Rollout = new RolloutSpec { Watch = TimeSpan.FromSeconds(40), Deadline = TimeSpan.FromSeconds(60) } };
        _world.Deploy(slow);
        await SecondsAsync(30, rate: 0);
        _world.Record.Replicas.ShouldBe(1);
        await SecondsAsync(40, rate: 0);
        _world.Record.Replicas.ShouldBe(0);
        _world.EventKinds.ShouldContain(EventKind.RolloutCompleted);
    }

    public void Dispose() => _world.Dispose();

    private ScalingDecision Decision => _autoscaler.Of(_world.Record.Name).ShouldNotBeNull();

    private async Task BeginAsync(ScaleTargets targets, bool dryRun = false, int min = 1)
    {
        _world.Deploy(Given.Manifest() with
        {
            Scale = new ScaleSpec { Min = min, Max = 8, Targets = targets, Cooldown = TimeSpan.FromSeconds(10), DryRun = dryRun },
            Resources = new ResourceSpec(Cpu: new CpuQuantity(1000)),
        });
        await _world.SettledAsync(serving: 1);
        await SecondsAsync(2, rate: 0);
    }

    private async Task SecondsAsync(int seconds, double rate, int held = 0)
    {
        (_rate, _held) = (rate, held);
        for (var second = 0; second < seconds; second++)
        {
            _answered += (long)_rate;
            foreach (var replica in _world.Replicas.Where(r => r.Observed.Ready)) _served[replica.State.Http] = _served.GetValueOrDefault(replica.State.Http) + (long)Math.Max(1, _rate / _world.Replicas.Count);
            await _world.TurnAsync();
            await _world.TurnAsync();
            _world.Time.Advance(TimeSpan.FromMilliseconds(900));
            await _autoscaler.TurnAsync(CancellationToken.None);
        }
    }

    // The fake engine's replicas have no metrics of their own.
    private FleetView View()
    {
        var view = _world.Reconciler.View;
        return view with { Replicas = view.Replicas.ToDictionary(d => d.Key, d => (IReadOnlyList<SeenReplica>)[.. d.Value.Select(r => r with { State = r.State with { Metrics = r.State.Http } })]) };
    }

    private MetricScrape Gateway() => PrometheusReader.Read(Text($"fairlead_gateway_requests_total{{deployment=\"penguins\",revision=\"1\",code=\"200\"}} {_answered}\nfairlead_gateway_in_flight{{deployment=\"penguins\"}} {(_rate * _seconds) + _held}\n"));

    private MetricScrape Replica(IPEndPoint address)
    {
        var count = _served.GetValueOrDefault(address);
        var (low, high) = (_seconds * 0.98, _seconds * 1.02);
        return PrometheusReader.Read(Text($"fairlead_inference_duration_seconds_bucket{{le=\"{low}\"}} 0\nfairlead_inference_duration_seconds_bucket{{le=\"{high}\"}} {count}\nfairlead_inference_duration_seconds_bucket{{le=\"+Inf\"}} {count}\nfairlead_inference_duration_seconds_sum {count * _seconds}\n"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Net;
using System.Net.Http.Json;
using Fairlead.Api.Wire;
using Fairlead.Control.Planning;
using Fairlead.Control.Readiness;
using Fairlead.Control.Reconciling;
using Fairlead.Control.Routes;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;

namespace Fairlead.Daemon.Tests.Api;

/// <summary>Harm on purpose, as the drill asks for it.</summary>
public sealed class FaultTests : IClassFixture<ApiUnderTest>
{
    private readonly ApiUnderTest _api;

    public FaultTests(ApiUnderTest api) => _api = api;

    [Theory]
    [InlineData("kill", "signal KILL")]
    [InlineData("freeze", "signal STOP")]
    [InlineData("thaw", "signal CONT")]
    [InlineData("out_of_memory", "limit 4MiB")]
    [InlineData("fill_disk", "fill")]
    [InlineData("free_disk", "free")]
    public async Task AFaultReachesTheEngineOfTheDeploymentAndItsReplicaAlone(string fault, string made)
    {
        var replica = await RunningAsync();

        var answer = await AskAsync("penguins", replica.Value, fault);

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        _api.Engine.Machine.Calls[^1].ShouldBe($"{made} {replica}");
    }

    [Fact]
    public async Task AFaultThatIsNotKnownIsRefusedAndNamesThoseThatAre()
    {
        var replica = await RunningAsync();

        var answer = await AskAsync("penguins", replica.Value, "flood");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ApiUnderTest.ProblemAsync(answer)).Code.ShouldBe("FL5233");
    }

    [Theory]
    [InlineData("others", null)]
    [InlineData("penguins", "penguins-1-zzzzz")]
    public async Task WhatIsNotThereIsNotFound(string deployment, string? replica)
    {
        var running = await RunningAsync();

        (await AskAsync(deployment, replica ?? running.Value, "kill")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        _api.Engine.Machine.Find(running)!.Phase.ShouldBe(ReplicaPhase.Running);
    }

    [Fact]
    public async Task AReplicaThatHasEndedMeanwhileIsNotFound()
    {
        var replica = await RunningAsync();
        _api.Engine.Exit(replica);

        (await AskAsync("penguins", replica.Value, "kill")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task NobodyWithoutTheTokenHarmsAnything()
    {
        var replica = await RunningAsync();
        using var stranger = _api.NewClient(null);

        (await AskAsync("penguins", replica.Value, "kill", stranger)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        _api.Engine.Machine.Find(replica)!.Phase.ShouldBe(ReplicaPhase.Running);
    }

    /// <summary>A replica that the engine runs and the controller has seen.</summary>
    private async Task<ReplicaId> RunningAsync()
    {
        (await _api.DeployAsync(_api.Request())).IsSuccessStatusCode.ShouldBeTrue();
        var name = DeploymentName.Parse("penguins");
        var spec = _api.Store.Deployments["penguins"].Current.Template.Spec(ReplicaId.New(name, 1, Random.Shared), 1);
        var state = (await _api.Engine.StartAsync(spec, default)).Value;
        var observed = new ObservedReplica { Id = state.Id, Revision = 1, Running = true, Ready = true, StartedAt = state.StartedAt };
        _api.View = new FleetView(state.StartedAt, new Dictionary<DeploymentName, IReadOnlyList<SeenReplica>> { [name] = [new SeenReplica(state, new ReplicaHealth(), observed)] }, GatewayView.Unknown);
        return state.Id;
    }

    private async Task<HttpResponseMessage> AskAsync(string deployment, string replica, string fault, HttpClient? client = null) =>
        await (client ?? _api.Client).PostAsJsonAsync($"/v1/deployments/{deployment}/replicas/{replica}/fault", new FaultRequest(fault), ApiJson.Default.FaultRequest);
}

using System.Net;
using System.Net.Http.Json;
using Fairlead.Api.Wire;
using Fairlead.Control.Fleet;

namespace Fairlead.Daemon.Tests.Api;

public sealed class RolloutTests : IAsyncLifetime
{
    private readonly ApiUnderTest _api = new();

    public Task InitializeAsync() => _api.InitializeAsync();

    public Task DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task PauseAndResume_ShowInTheStatus()
    {
        await UpdatedAsync();
        (await SteerAsync("pause")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await StatusAsync()).Rollout.ShouldNotBeNull().Paused.ShouldBeTrue();
        (await SteerAsync("resume")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await StatusAsync()).Rollout.ShouldNotBeNull().Paused.ShouldBeFalse();
    }

    [Fact]
    public async Task Abort_GoesBackAndKeepsTheReason()
    {
        await UpdatedAsync();
        (await SteerAsync("abort")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var status = await StatusAsync();
        (status.Revision, status.Version, status.Rollout!.State).ShouldBe((3, "1", "rolled_back"));
        status.Rollout.Reason.ShouldNotBeNull().ShouldContain("aborted by hand");
    }

    [Theory]
    [InlineData("pause", HttpStatusCode.Conflict, "FL5240")]
    [InlineData("resume", HttpStatusCode.Conflict, "FL5240")]
    [InlineData("promote", HttpStatusCode.Conflict, "FL5240")]
    [InlineData("abort", HttpStatusCode.Conflict, "FL5240")]
    [InlineData("stop", HttpStatusCode.NotFound, "FL5223")]
    public async Task WithoutAnUpdate_ItIsRefused(string verb, HttpStatusCode status, string code)
    {
        await _api.DeployAsync(_api.Request());
        var answer = await SteerAsync(verb);
        (answer.StatusCode, (await ApiUnderTest.ProblemAsync(answer)).Code).ShouldBe((status, code));
    }

    [Fact]
    public async Task Promote_OfARollingUpdate_IsRefused()
    {
        await UpdatedAsync();
        (await ApiUnderTest.ProblemAsync(await SteerAsync("promote"))).Code.ShouldBe("FL5241");
    }

    [Fact]
    public async Task Rollback_IsANewRevisionWithTheOldContent()
    {
        await UpdatedAsync();
        var accepted = await (await RollBackAsync(1)).Content.ReadFromJsonAsync(ApiJson.Default.DeployAccepted);
        accepted!.Revision.ShouldBe(3);
        var revisions = (await _api.Client.GetFromJsonAsync("/v1/deployments/penguins/revisions", ApiJson.Default.IReadOnlyListRevisionSummary))!;
        (revisions[0].Version, revisions[0].CopyOf).ShouldBe(("1", 1));
    }

    [Fact]
    public async Task Rollback_ToWhatIsNotThere_Is404()
    {
        await _api.DeployAsync(_api.Request());
        (await RollBackAsync(7)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await RollBackAsync(null)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Diff_NamesWhatTheManifestChangesAndWhatRunsOtherwise()
    {
        await _api.DeployAsync(_api.Request(min: 2));
        await _api.Client.PostAsJsonAsync("/v1/deployments/penguins/scale", new ScaleRequest(4), ApiJson.Default.ScaleRequest);

        var diff = await DiffAsync(_api.Request(version: "2", min: 2));

        diff.Changes.ShouldBe(["version: 1 → 2"]);
        diff.Drift.ShouldContain("replicas: 4 were asked for by hand; scale/min of revision 1 is 2");
        diff.Drift.ShouldContain("replicas: 0 of revision 1 run; 4 are wanted");
        diff.Drift.ShouldContain("routes: the gateway does not answer");
    }

    [Fact]
    public async Task Diff_OfWhatIsNotDeployed_HasNoRevision() => (await DiffAsync(_api.Request())).Revision.ShouldBeNull();

    private async Task UpdatedAsync()
    {
        await _api.DeployAsync(_api.Request());
        await _api.DeployAsync(_api.Request(version: "2"));
        _api.Store.Deployments["penguins"].Rollout!.State.ShouldBe(RolloutState.Progressing);
    }

    private async Task<DiffReport> DiffAsync(DeployRequest request)
    {
        using var body = JsonContent.Create(request, ApiJson.Default.DeployRequest);
        return (await (await _api.Client.PostAsync(ApiRoutes.Diff, body)).Content.ReadFromJsonAsync(ApiJson.Default.DiffReport))!;
    }

    private Task<HttpResponseMessage> SteerAsync(string verb) => _api.Client.PostAsync($"/v1/deployments/penguins/rollout/{verb}", null);

    private Task<HttpResponseMessage> RollBackAsync(int? revision) =>
        _api.Client.PostAsJsonAsync("/v1/deployments/penguins/rollback", new RollbackRequest(revision), ApiJson.Default.RollbackRequest);

    private async Task<DeploymentStatus> StatusAsync() => (await _api.Client.GetFromJsonAsync("/v1/deployments/penguins", ApiJson.Default.DeploymentStatus))!;
}

using System.Net;
using System.Text;
using Fairlead.Api.Wire;
using Fairlead.Core.Results;

namespace Fairlead.Daemon.Tests.Api;

public sealed class DeploymentTests : IAsyncLifetime
{
    private readonly ApiUnderTest _api = new();

    public Task InitializeAsync() => _api.InitializeAsync();

    public Task DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Deploy_IsAcceptedAndThereAtOnce()
    {
        var answer = await _api.DeployAsync(_api.Request());
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await answer.Content.ReadFromJsonAsync(ApiJson.Default.DeployAccepted)).ShouldBe(new DeployAccepted("penguins", 1, true));
        var status = (await _api.Client.GetFromJsonAsync("/v1/deployments/penguins", ApiJson.Default.DeploymentStatus))!;
        (status.Phase, status.Desired, status.Ready, status.Version, status.Revision).ShouldBe(("progressing", 2, 0, "1", 1));
        status.Urls[0].ShouldBe("http://127.0.0.1:8080/v2/models/penguins/infer");
    }

    [Fact]
    public async Task TheSameAgain_IsNotChanged()
    {
        await _api.DeployAsync(_api.Request());
        var again = await (await _api.DeployAsync(_api.Request())).Content.ReadFromJsonAsync(ApiJson.Default.DeployAccepted);
        again.ShouldBe(new DeployAccepted("penguins", 1, false));
    }

    [Fact]
    public async Task Scale_SetsTheNumberAndADeployKeepsIt()
    {
        await _api.DeployAsync(_api.Request());
        (await ScaleAsync(4)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await _api.DeployAsync(_api.Request(version: "2"));
        var status = (await _api.Client.GetFromJsonAsync("/v1/deployments/penguins", ApiJson.Default.DeploymentStatus))!;
        (status.Desired, status.Revision, status.Rollout!.State).ShouldBe((4, 2, "progressing"));
    }

    [Fact]
    public async Task Scale_OutOfBounds_Is400()
    {
        await _api.DeployAsync(_api.Request());
        var answer = await ScaleAsync(6);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = await ApiUnderTest.ProblemAsync(answer);
        problem.Code.ShouldBe("FL5014");
        problem.Message.ShouldContain("scale.max is 5");
    }

    [Fact]
    public async Task UnknownDeployment_Is404Everywhere()
    {
        foreach (var path in (string[])["", "/revisions", "/why", "/logs"])
        {
            var answer = await _api.Client.GetAsync($"/v1/deployments/nobody{path}");
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
            (await ApiUnderTest.ProblemAsync(answer)).Code.ShouldBe("FL5010");
        }

        (await _api.Client.DeleteAsync("/v1/deployments/nobody")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ScaleAsync(1)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"manifest": 5, "engine": "process"}""")]
    public async Task BadJson_Is400WithAProblem(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await _api.Client.PutAsync("/v1/deployments/penguins", content);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ApiUnderTest.ProblemAsync(answer)).Code.ShouldBe("FL5222");
    }

    [Theory]
    [InlineData("engine", "FL5011")]
    [InlineData("content", "FL5012")]
    [InlineData("digest", "FL5016")]
    [InlineData("none", "FL5013")]
    [InlineData("name", "FL5017")]
    [InlineData("manifest", "FL1")]
    public async Task WhatCannotWork_IsRefusedWithItsReason(string what, string code)
    {
        var request = _api.Request();
        request = what switch
        {
            "engine" => request with { Engine = "swarm" },
            "content" => request with { Content = Core.Identity.Digest.Of("other"u8).Value },
            "digest" => request with { Content = "sha256:zz" },
            "none" => request with { Content = null },
            "name" => _api.Request(name: "other"),
            _ => request with { Manifest = """{"name":"penguins","colour":1}""" },
        };
        var answer = await _api.DeployAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ApiUnderTest.ProblemAsync(answer)).Code.ShouldStartWith(code);
        _api.Store.Deployments.ShouldBeEmpty();
    }

    [Fact]
    public async Task EveryReasonOfTheEngine_IsInTheAnswer()
    {
        _api.Engine.OnCheck = _ => [new Problem("FL3901", "One.", "Do."), new Problem("FL3902", "Two.", "Do.")];
        var report = await (await _api.DeployAsync(_api.Request())).Content.ReadFromJsonAsync(ApiJson.Default.ProblemReport);
        report!.Problems.Select(p => p.Code).ShouldBe(["FL3901", "FL3902"]);
    }

    [Fact]
    public async Task Delete_IsAcceptedAndThenNothingElseIs()
    {
        await _api.DeployAsync(_api.Request());
        (await _api.Client.DeleteAsync("/v1/deployments/penguins")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await _api.Client.GetFromJsonAsync("/v1/deployments/penguins", ApiJson.Default.DeploymentStatus))!.Phase.ShouldBe("stopping");
        (await _api.DeployAsync(_api.Request())).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await ScaleAsync(1)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task FullDisk_Is507AndNothingIsChanged()
    {
        _api.Store.Pragma("max_page_count = 1");
        var request = _api.Request();
        var answer = await _api.DeployAsync(request with { Manifest = request.Manifest.TrimEnd()[..^1] + ",\"env\":{\"LONG\":\"" + new string('x', 300_000) + "\"}}" });
        answer.StatusCode.ShouldBe(HttpStatusCode.InsufficientStorage);
        (await ApiUnderTest.ProblemAsync(answer)).Code.ShouldBe("FL5004");
        _api.Store.Deployments.ShouldBeEmpty();
        (await _api.Client.GetAsync(ApiRoutes.Info)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Plan_SaysWhatADeployWouldDoAndDoesNothing()
    {
        await _api.DeployAsync(_api.Request());
        using var body = JsonContent.Create(_api.Request(version: "2", min: 3), ApiJson.Default.DeployRequest);
        var plan = await (await _api.Client.PostAsync(ApiRoutes.Plan, body)).Content.ReadFromJsonAsync(ApiJson.Default.PlanReport);
        (plan!.CurrentRevision, plan.Revision).ShouldBe((1, 2));
        plan.Changes.ShouldBe(["scale/min: 2 → 3", "version: 1 → 2"]);
        plan.Steps.Select(s => s.Action).ShouldBe(["start", "start", "start"]);
        _api.Store.Deployments["penguins"].Wanted.ShouldBe(1);
    }

    [Fact]
    public async Task Revisions_AreNewestFirst()
    {
        await _api.DeployAsync(_api.Request());
        await _api.DeployAsync(_api.Request(version: "2"));
        var revisions = (await _api.Client.GetFromJsonAsync("/v1/deployments/penguins/revisions", ApiJson.Default.IReadOnlyListRevisionSummary))!;
        revisions.Select(r => (r.Number, r.Version, r.State)).ShouldBe([(2, "2", "current"), (1, "1", "superseded")]);
    }

    [Fact]
    public async Task Shutdown_IsRefusedWhileSomethingIsDeployed()
    {
        await _api.DeployAsync(_api.Request());
        (await _api.Client.PostAsync(ApiRoutes.Shutdown, null)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        _api.ShutDown.ShouldBeFalse();
        _api.Store.Change(new Control.Store.StateChange { Removed = Core.Identity.DeploymentName.Parse("penguins") });
        (await _api.Client.PostAsync(ApiRoutes.Shutdown, null)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        _api.ShutDown.ShouldBeTrue();
    }

    [Fact]
    public async Task TryIt_IsTheFirstGoldenRequestQuotedForAShell()
    {
        var folder = _api.Home.ContentOf(_api.Content);
        await File.WriteAllTextAsync(Path.Combine(folder, "fairlead-model.json"), """{"name":"penguins","version":"1","file":"m.onnx","golden":"golden.json"}""");
        await File.WriteAllTextAsync(Path.Combine(folder, "golden.json"), """{ "cases": [ { "request": { "inputs": [ {"name": "it's", "data": [1, 2]} ] } } ] }""");
        await _api.DeployAsync(_api.Request());
        var status = (await _api.Client.GetFromJsonAsync("/v1/deployments/penguins", ApiJson.Default.DeploymentStatus))!;
        status.TryIt.ShouldBe("""curl -s http://127.0.0.1:8080/v2/models/penguins/infer -d '{"inputs":[{"name":"it'\''s","data":[1,2]}]}'""");
    }

    [Fact]
    public async Task Why_NamesTheGatewayThatIsNotThere()
    {
        await _api.DeployAsync(_api.Request());
        var why = (await _api.Client.GetFromJsonAsync("/v1/deployments/penguins/why", ApiJson.Default.WhyReport))!;
        (why.Healthy, why.Causes[0].Code).ShouldBe((false, "FL5107"));
    }

    private async Task<HttpResponseMessage> ScaleAsync(int replicas) =>
        await _api.Client.PostAsJsonAsync("/v1/deployments/penguins/scale", new ScaleRequest(replicas), ApiJson.Default.ScaleRequest);
}

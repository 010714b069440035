using System.Net;
using System.Net.Http.Json;
using System.Text;
using Fairlead.Core.Routing;
using Fairlead.Gateway.Tests.Hosting;
using Fairlead.Telemetry.Prometheus;

namespace Fairlead.Gateway.Tests.Administration;

public class AdminTests
{
    [Fact]
    public async Task PutRoutes_OlderVersion_409_AndTheRoutesStay()
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync();
        (await gateway.RouteAsync(Routes.OneModel(5, backend))).RouteVersion.ShouldBe(5);

        (await gateway.PutAsync(Routes.To(4))).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await gateway.PutAsync(Routes.To(5))).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await gateway.PutAsync(Routes.OneModel(5, backend))).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await gateway.InferAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("not json", "{")]
    [InlineData("null", "null")]
    [InlineData("missing parts", "{\"version\":2,\"deployments\":[{\"deployment\":\"m\",\"kind\":\"Model\"}]}")]
    [InlineData("wrong kind", "{\"version\":2,\"deployments\":[{\"deployment\":\"m\",\"kind\":\"Other\"}]}")]
    [InlineData("no version", "{\"deployments\":[]}")]
    public async Task PutRoutes_Malformed_400_AndTheRoutesStay(string what, string body)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.To(1));

        using var answer = await gateway.Admin.PutAsync("/routes", new StringContent(body, Encoding.UTF8, "application/json"));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, what);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("FL4008");
        (await gateway.StateAsync()).RouteVersion.ShouldBe(1);
    }

    [Fact]
    public async Task PutRoutes_SeveralFaults_AllAreTold()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var replica = new ReplicaRoute("x-1-aaaaa", "nowhere", "ready");
        var route = new DeploymentRoute("Bad_Name", RouteKind.Model, 0, -1, [new RevisionRoute(0, "", -1, [replica, replica])]);

        using var answer = await gateway.PutAsync(Routes.To(1, route));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var told = await answer.Content.ReadAsStringAsync();
        foreach (var fault in (string[])["no deployment name", "timeout_milliseconds", "max_body_bytes", "weight", "version", "address", "ready_path", "there twice"]) told.ShouldContain(fault);
    }

    [Fact]
    public async Task Metrics_HaveTheFixedNames_AndProbesAreNotCounted()
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        await gateway.InferAsync();
        foreach (var probe in (string[])["/livez", "/readyz", "/v2/health/live", "/v2/health/ready", "/v2/models/m/ready", "/v2/models/none/ready"]) await gateway.Http.GetAsync(probe);
        await gateway.Http.GetAsync("/v2/models/none");

        var text = await gateway.MetricsAsync();
        text.ShouldContain("fairlead_gateway_requests_total{deployment=\"m\",revision=\"1\",code=\"200\"} 1\n");
        text.ShouldContain("fairlead_gateway_requests_total{deployment=\"\",revision=\"\",code=\"404\"} 1\n");
        text.ShouldContain("fairlead_gateway_request_duration_seconds_count{deployment=\"m\"} 1\n");
        text.ShouldContain("fairlead_gateway_retries_total{deployment=\"m\"} 0\n");
        text.ShouldContain("fairlead_gateway_ejections_total{deployment=\"m\"} 0\n");
        text.ShouldContain("fairlead_gateway_in_flight{deployment=\"m\"} 0\n");
        text.ShouldContain("process_resident_memory_bytes");
        (await gateway.StateAsync()).Deployments.Single().ShouldBe(new GatewayDeployment("m", 1, 0, 0));
    }

    [Fact]
    public async Task TotalsSurviveAChangeOfRoutes()
    {
        await using var one = Backend.Start("m-1-aaaaa");
        await using var two = Backend.Start("m-2-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, one));
        await gateway.InferAsync();
        await gateway.RouteAsync(Routes.To(2));
        (await gateway.InferAsync()).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await gateway.RouteAsync(Routes.To(3, Routes.Model("m", Routes.Revision(2, two))));
        await gateway.InferAsync();

        (await gateway.StateAsync()).Deployments.Single().Requests.ShouldBe(2);
    }

    [Fact]
    public async Task ReplicaThatLeft_StaysInTheStateUntilItsRequestsEnd()
    {
        var answer = new TaskCompletionSource();
        await using var old = Backend.Start("m-1-aaaaa", async r =>
        {
            await answer.Task;
            await r.AnswerAsync(200, "old");
        });
        await using var fresh = Backend.Start("m-2-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, old));
        var waiting = gateway.InferAsync();
        (await Fairlead.Testing.Eventually.BecomesAsync(() => old.InFlight == 1, TimeSpan.FromSeconds(5))).ShouldBeTrue();

        var state = await gateway.RouteAsync(Routes.To(2, Routes.Model("m", Routes.Revision(2, fresh))));
        state.Replicas.Single(r => r.Id == old.Id).InFlight.ShouldBe(1);
        (await (await gateway.InferAsync()).Content.ReadAsStringAsync()).ShouldBe(fresh.Id);

        answer.SetResult();
        (await (await waiting).Content.ReadAsStringAsync()).ShouldBe("old");
        (await Fairlead.Testing.Eventually.BecomesAsync(async () => (await gateway.StateAsync()).Replicas.Single().Id == fresh.Id, TimeSpan.FromSeconds(5))).ShouldBeTrue();
    }

    [Fact]
    public async Task OwnRoutesTellTheTruth()
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync();
        (await StatusAsync("/livez")).ShouldBe(200);
        (await StatusAsync("/readyz")).ShouldBe(503);
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        (await StatusAsync("/readyz")).ShouldBe(200);
        (await StatusAsync("/v2/health/ready")).ShouldBe(200);
        (await gateway.Http.GetStringAsync("/v2")).ShouldContain("\"name\":\"fairlead-gateway\"");
        using var index = await gateway.Http.PostAsync("/v2/repository/index", null);
        (await index.Content.ReadAsStringAsync()).ShouldBe("[{\"name\":\"m\",\"version\":\"1.0.0\",\"state\":\"READY\",\"reason\":\"\"}]");
        (await StatusAsync("/v2/repository/index")).ShouldBe(405);
        (await StatusAsync("/nothing")).ShouldBe(404);
        (await StatusAsync("/v2/models/m/versions/9.9.9")).ShouldBe(404);
        (await StatusAsync("/services/m/x")).ShouldBe(404);

        backend.Kill();
        (await gateway.HealthBecomesAsync(backend.Id, healthy: false, TimeSpan.FromSeconds(5))).ShouldBeTrue();
        (await StatusAsync("/v2/health/ready")).ShouldBe(503);
        (await StatusAsync("/readyz")).ShouldBe(200);

        async Task<int> StatusAsync(string path) => (int)(await gateway.Http.GetAsync(path)).StatusCode;
    }
}

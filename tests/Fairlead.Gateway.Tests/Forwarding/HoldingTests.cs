using System.Net;
using System.Net.Http.Json;
using System.Text;
using Fairlead.Core.Routing;
using Fairlead.Gateway.Holding;
using Fairlead.Gateway.Tests.Hosting;
using Fairlead.Testing;

namespace Fairlead.Gateway.Tests.Forwarding;

/// <summary>Requests for a deployment that has no replica and gets one when they wait.</summary>
public class HoldingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task HeldRequestsAreAnsweredInTheirOrder_WhenTheFirstReplicaIsRouted()
    {
        await using var backend = Backend.Start("m-1-aaaaa");

        // One is let go when the one before it is answered: of several at once the replica may see any first.
        await using var gateway = await GatewayUnderTest.StartAsync(o => o with { Holding = new HoldOptions { LetGoAtOnce = 1 } });
        await gateway.RouteAsync(Idle(1));
        var answers = new List<Task<HttpResponseMessage>>();
        for (var i = 0; i < 20; i++)
        {
            answers.Add(gateway.InferAsync($"{i}"));
            await HeldAsync(gateway, i + 1);
        }

        (await gateway.MetricAsync("fairlead_gateway_held", "deployment=\"m\"")).ShouldBe(20);
        (await gateway.StateAsync()).Deployments.Single().InFlight.ShouldBe(20, "they are load");
        await gateway.RouteAsync(With(2, backend));

        foreach (var answer in answers) (await answer.WaitAsync(Patience)).StatusCode.ShouldBe(HttpStatusCode.OK);
        backend.Seen.Select(r => r.Text).ShouldBe(Enumerable.Range(0, 20).Select(i => $"{i}"));
        await HeldAsync(gateway, 0);
    }

    [Fact]
    public async Task MoreAreHeldThanALimitedNumberAtOnceIsLetGo()
    {
        var (most, now, gate) = (0, 0, new Lock());
        await using var backend = Backend.Start("m-1-aaaaa", async r =>
        {
            lock (gate) most = Math.Max(most, ++now);
            await Task.Yield();
            lock (gate) now--;
            await r.AnswerAsync(200);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(o => o with { Holding = new HoldOptions { LetGoAtOnce = 3 } });
        await gateway.RouteAsync(Idle(1));
        var answers = Enumerable.Range(0, 30).Select(i => gateway.InferAsync($"{i}")).ToList();
        await HeldAsync(gateway, 30);
        await gateway.RouteAsync(With(2, backend));

        foreach (var answer in answers) (await answer.WaitAsync(Patience)).StatusCode.ShouldBe(HttpStatusCode.OK);
        most.ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task MoreThanMayWait_Are503AtOnce_WithRetryAfterAndACode()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(o => o with { Holding = new HoldOptions { MaxRequests = 2 } });
        await gateway.RouteAsync(Idle(1));
        var (first, second) = (gateway.InferAsync(), gateway.InferAsync());
        await HeldAsync(gateway, 2);

        using var third = await gateway.InferAsync();

        third.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        third.Headers.RetryAfter.ShouldNotBeNull();
        (await third.Content.ReadAsStringAsync()).ShouldContain("FL4040");
        await gateway.RouteAsync(Routes.To(2));
        (await first).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, "it was taken away: nobody waits for it any more");
        (await second).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task BodiesStayWithTheirClients_AndCountAgainstTheBytesThatMayWait()
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync(o => o with { Holding = new HoldOptions { MaxBytes = (1 << 20) + 10 } });
        await gateway.RouteAsync(Idle(1));
        var large = new string('x', 8 << 20);
        var held = gateway.InferAsync(large);
        await HeldAsync(gateway, 1);

        using var refused = await gateway.InferAsync("more than is left");
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var small = gateway.InferAsync("10 at most");
        await HeldAsync(gateway, 2);

        await gateway.RouteAsync(With(2, backend));
        (await held.WaitAsync(Patience)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await small.WaitAsync(Patience)).StatusCode.ShouldBe(HttpStatusCode.OK);
        backend.Seen.Select(r => r.Body.Length).Order().ShouldBe([10, large.Length]);
    }

    [Fact]
    public async Task WithoutAReplicaByItsTimeout_ARequestIs503_AndNamesWhatKeptItFromStarting()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Idle(1, timeout: 400));
        var held = gateway.InferAsync();
        await HeldAsync(gateway, 1);
        await gateway.RouteAsync(Idle(2, timeout: 400, trouble: "its last replica exited with code 3"));

        using var answer = await held.WaitAsync(Patience);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldContain("FL4041");
        text.ShouldContain("exited with code 3");
        await HeldAsync(gateway, 0);
    }

    [Fact]
    public async Task AClientThatLeaves_LeavesTheLine_AndIsNotSentOn()
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Idle(1));
        using var leaving = await RawClient.ConnectAsync(gateway.EndPoint);
        await leaving.SendAsync("POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nContent-Length: 7\r\n\r\nleaving");
        await HeldAsync(gateway, 1);
        var staying = gateway.InferAsync("staying");
        await HeldAsync(gateway, 2);
        leaving.Dispose();
        await HeldAsync(gateway, 1);

        await gateway.RouteAsync(With(2, backend));

        (await staying.WaitAsync(Patience)).StatusCode.ShouldBe(HttpStatusCode.OK);
        backend.Seen.ShouldHaveSingleItem().Text.ShouldBe("staying");
        (await Eventually.BecomesAsync(async () => await gateway.MetricAsync("fairlead_gateway_requests_total", "code=\"499\"") == 1, Patience)).ShouldBeTrue();
    }

    [Fact]
    public async Task ASlowBodyInFront_HoldsNobodyUp()
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Idle(1));
        using var slow = await RawClient.ConnectAsync(gateway.EndPoint);
        await slow.SendAsync("POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 4\r\n\r\nsl");
        await HeldAsync(gateway, 1);
        var quick = gateway.InferAsync("quick");
        await HeldAsync(gateway, 2);

        await gateway.RouteAsync(With(2, backend));

        (await quick.WaitAsync(Patience)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await slow.SendAsync("ow");
        (await slow.ReadToEndAsync(Patience)).ShouldStartWith("HTTP/1.1 200");
        backend.Seen.Select(r => r.Text).ShouldBe(["quick", "slow"]);
    }

    [Fact]
    public async Task AReadinessProbe_IsAnsweredHere_AndWakesNobody()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Idle(1));
        (await StatusAsync(gateway, "/v2/models/m/ready")).ShouldBe(200);
        (await StatusAsync(gateway, "/v2/models/m/versions/1.0.0/ready")).ShouldBe(200);
        (await StatusAsync(gateway, "/v2/models/m/versions/9/ready")).ShouldBe(404);
        (await StatusAsync(gateway, "/v2/health/ready")).ShouldBe(200);
        (await gateway.StateAsync()).Deployments.Single().Held.ShouldBe(0);

        await gateway.RouteAsync(Idle(2, trouble: "its model is refused"));
        (await StatusAsync(gateway, "/v2/models/m/ready")).ShouldBe(503);
        (await StatusAsync(gateway, "/v2/health/ready")).ShouldBe(503);
    }

    [Fact]
    public async Task ADeploymentWhoseRouteDoesNotSaySo_IsNotHeld()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.To(1, Routes.Model("m", Routes.Revision(1))));
        using var answer = await gateway.InferAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("FL40");
    }

    [Fact]
    public async Task WhoAsksWhetherRequestsWait_IsAnsweredWhenTheFirstDoes_AndOnceForIt()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Idle(1));
        var asked = AskAsync(gateway, -1);
        asked.IsCompleted.ShouldBeFalse();

        var held = gateway.InferAsync();

        var told = await asked.WaitAsync(Patience);
        told.Deployments.ShouldBe(["m"]);
        // Somebody who comes later, such as another controller, is told at once; who knows is not.
        (await AskAsync(gateway, -1).WaitAsync(Patience)).Sequence.ShouldBe(told.Sequence);
        var next = AskAsync(gateway, told.Sequence);
        await gateway.RouteAsync(Idle(2));
        next.IsCompleted.ShouldBeFalse();
        await gateway.RouteAsync(Routes.To(3));
        await held;
    }

    [Fact]
    public async Task AGatewayThatIsStartedAgain_HoldsByTheRoutesThatItStored()
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        var home = GatewayUnderTest.NewHome();
        await using (var before = await GatewayUnderTest.StartAsync(home: home))
        {
            await before.RouteAsync(Idle(1));
            File.Copy(home.GatewayRoutes, $"{home.Root}.routes");
        }

        Directory.CreateDirectory(home.Run);
        File.Move($"{home.Root}.routes", home.GatewayRoutes, overwrite: true);
        await using var gateway = await GatewayUnderTest.StartAsync(home: home);
        var held = gateway.InferAsync();
        await HeldAsync(gateway, 1);
        await gateway.RouteAsync(With(2, backend));
        (await held.WaitAsync(Patience)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task ReplicasComeAndGo_AndNoRequestFails()
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Idle(1));
        using var load = new Load(gateway, 8);
        for (var version = 2; version < 42; version += 2)
        {
            await gateway.RouteAsync(With(version, backend));
            await load.AnsweredAsync(8);
            await gateway.RouteAsync(Idle(version + 1));
        }

        await gateway.RouteAsync(With(42, backend));
        (await load.StopAsync()).ShouldBeEmpty();
    }

    private static RouteSnapshot Idle(long version, int timeout = 30_000, string? trouble = null) =>
        Routes.To(version, Routes.Model("m", Routes.Revision(1)) with { TimeoutMilliseconds = timeout, Hold = new HoldRoute(trouble is null, trouble) });

    private static RouteSnapshot With(long version, Backend backend) =>
        Routes.To(version, Routes.Model("m", Routes.Revision(1, backend)) with { Hold = new HoldRoute(true, null) });

    private static async Task HeldAsync(GatewayUnderTest gateway, int count) =>
        (await Eventually.BecomesAsync(async () => (await gateway.StateAsync()).Deployments.Single(d => d.Deployment == "m").Held == count, Patience)).ShouldBeTrue($"{count} wait");

    private static async Task<int> StatusAsync(GatewayUnderTest gateway, string path)
    {
        using var answer = await gateway.Http.GetAsync(new Uri(path, UriKind.Relative));
        return (int)answer.StatusCode;
    }

    private static async Task<GatewayWaiting> AskAsync(GatewayUnderTest gateway, long after) =>
        (await gateway.Admin.GetFromJsonAsync($"{GatewayWaiting.Route}?{GatewayWaiting.After}={after}", RoutingJson.Default.GatewayWaiting))!;
}

using System.Net;
using Fairlead.Gateway.Tests.Hosting;
using Fairlead.Testing;

namespace Fairlead.Gateway.Tests.Faults;

/// <summary>Rows 18 to 22 and 27 of the list of faults.</summary>
public class ReplicaFaultTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task ReplicaKilledUnderLoad_NoClientSeesIt_AndItIsOutWithinASecond()
    {
        await using var one = Backend.Start("m-1-aaaaa");
        await using var two = Backend.Start("m-1-bbbbb");

        // Its broken connections eject it when they are noticed before its refusal is; then it is back after both.
        await using var gateway = await GatewayUnderTest.StartAsync(o => o with { Health = o.Health with { Ejection = TimeSpan.FromSeconds(3) } });
        await gateway.RouteAsync(Routes.OneModel(1, one, two));
        using var load = new Load(gateway, connections: 16);
        await load.AnsweredAsync(1000);

        one.Kill();
        (await gateway.HealthBecomesAsync(one.Id, healthy: false, TimeSpan.FromSeconds(1))).ShouldBeTrue();
        await load.AnsweredAsync(1000);

        (await load.StopAsync()).ShouldBeEmpty();
        (await gateway.MetricAsync("fairlead_gateway_ejections_total", "deployment=\"m\"")).ShouldBe(1);
        (await gateway.StateAsync()).Deployments.Single().Failed.ShouldBe(0);

        one.Revive();
        (await gateway.HealthBecomesAsync(one.Id, healthy: true, Soon)).ShouldBeTrue();
    }

    [Fact]
    public async Task ReplicaHangs_ItsRequestsAreAnsweredByAnother_AndItComesBackAfterItsCheck()
    {
        await using var hung = Backend.Start("m-1-aaaaa");
        await using var fine = Backend.Start("m-1-bbbbb");
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, hung, fine));
        hung.Stop();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => gateway.InferAsync()));
        answers.ShouldAllBe(a => a.StatusCode == HttpStatusCode.OK);
        (await gateway.HealthBecomesAsync(hung.Id, healthy: false, TimeSpan.FromSeconds(4))).ShouldBeTrue();
        (await gateway.ReplicaAsync(hung.Id)).Reason!.ShouldContain("no answer to its check");

        hung.Continue();
        (await gateway.HealthBecomesAsync(hung.Id, healthy: true, Soon)).ShouldBeTrue();
    }

    [Fact]
    public async Task OnlyReplicaHangs_TheRouteTimeoutAnswers504()
    {
        await using var hung = Backend.Start("m-1-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.To(1, Routes.Model("m", Routes.Revision(1, hung)) with { TimeoutMilliseconds = 300 }));
        hung.Stop();

        using var answer = await gateway.InferAsync();

        answer.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("did not answer within 300 ms");
    }

    [Fact]
    public async Task FiveFailuresRunning_EjectForLongerEachTime_ButNeverTheWholePool()
    {
        var failing = true;
        await using var bad = Backend.Start("m-1-aaaaa", r => r.AnswerAsync(Volatile.Read(ref failing) ? 500 : 200));
        await using var good = Backend.Start("m-1-bbbbb", r => r.AnswerAsync(200));
        await using var gateway = await GatewayUnderTest.StartAsync(o => o with { Health = o.Health with { Ejection = TimeSpan.FromSeconds(1) } });
        await gateway.RouteAsync(Routes.OneModel(1, bad, good));

        await UntilAsync(gateway, () => bad.Attempts >= 5);
        (await gateway.ReplicaAsync(bad.Id)).Healthy.ShouldBeFalse();
        bad.Attempts.ShouldBe(5);
        (await gateway.HealthBecomesAsync(bad.Id, healthy: true, TimeSpan.FromSeconds(3))).ShouldBeTrue();

        await UntilAsync(gateway, () => bad.Attempts >= 10);
        (await gateway.ReplicaAsync(bad.Id)).Reason!.ShouldContain("ejected for 2s");
    }

    [Fact]
    public async Task AllReplicasAnswer500_NoneIsTheLastToBeEjected()
    {
        await using var one = Backend.Start("m-1-aaaaa", r => r.AnswerAsync(500));
        await using var two = Backend.Start("m-1-bbbbb", r => r.AnswerAsync(500));
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, one, two));

        for (var i = 0; i < 40; i++) (await gateway.InferAsync()).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);

        (await gateway.StateAsync()).Replicas.Count(r => r.Healthy).ShouldBe(1);
    }

    [Fact]
    public async Task AllReplicasDown_503WithinATenthOfASecond()
    {
        var one = Backend.Start("m-1-aaaaa");
        var two = Backend.Start("m-1-bbbbb");
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, one, two));
        (await gateway.InferAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        await one.DisposeAsync();
        await two.DisposeAsync();
        (await gateway.InferAsync()).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        var started = TimeProvider.System.GetTimestamp();
        using var answer = await gateway.InferAsync();

        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromMilliseconds(100));
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        (await answer.Content.ReadAsStringAsync()).ShouldStartWith("{\"error\":");
    }

    [Theory]
    [InlineData("broken connection, with a body", "POST")]
    [InlineData("broken connection, without a body", "GET")]
    [InlineData("503", "POST")]
    public async Task EveryAttemptFails_AttemptsStayWithinTheBudget(string how, string method)
    {
        Task Fail(BackendRequest request)
        {
            if (how == "503") return request.AnswerAsync(503);
            request.Cut();
            return Task.CompletedTask;
        }

        await using var one = Backend.Start("m-1-aaaaa", Fail);
        await using var two = Backend.Start("m-1-bbbbb", Fail);
        await using var three = Backend.Start("m-1-ccccc", Fail);
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, one, two, three));

        const int Requests = 400;
        await Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, token) =>
        {
            using var message = new HttpRequestMessage(HttpMethod.Parse(method), "/v2/models/m/infer") { Content = method == "POST" ? new StringContent("{}") : null };
            using var answer = await gateway.Http.SendAsync(message, token);
            ((int)answer.StatusCode).ShouldBeOneOf(502, 503);
        });

        var attempts = one.Attempts + two.Attempts + three.Attempts;
        attempts.ShouldBeGreaterThan(Requests);
        attempts.ShouldBeLessThanOrEqualTo((int)(Requests * 1.2));
        (await gateway.MetricAsync("fairlead_gateway_retries_total")).ShouldBe(attempts - Requests);
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\nonly this")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n")]
    public async Task AnswerCutMidStream_TheClientSeesAnAbort(string cut)
    {
        await using var replica = Backend.Start("m-1-aaaaa", async r =>
        {
            await r.WriteAsync("HTTP/1.1 200 OK\r\n" + cut);
            r.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Both);
        });
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, replica));

        await Should.ThrowAsync<HttpRequestException>(async () => await (await gateway.InferAsync()).Content.ReadAsStringAsync());

        (await Eventually.BecomesAsync(async () => (await gateway.StateAsync()).Deployments.Single() is { Requests: 1, Failed: 1, InFlight: 0 }, Soon)).ShouldBeTrue();
        (await gateway.MetricAsync("fairlead_gateway_requests_total", "code=\"502\"")).ShouldBe(1);
    }

    private static async Task UntilAsync(GatewayUnderTest gateway, Func<bool> reached)
    {
        for (var i = 0; i < 500 && !reached(); i++) (await gateway.InferAsync()).Dispose();
        reached().ShouldBeTrue();
    }
}

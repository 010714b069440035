using System.Net;
using Fairlead.Core.Units;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Hosting;

public sealed class DrainTests
{
    [Fact]
    public async Task WhileDraining_ItSaysSoAndStillServes()
    {
        using var folder = PackedFolder.Of(TinyModels.Loop());
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { Cpu = new CpuQuantity(2000), Timeout = TimeSpan.FromSeconds(8), Drain = TimeSpan.FromMinutes(1) });
        var running = server.InferAsync(Request(1_000_000_000_000));
        while (!(await server.MetricsAsync()).Contains("fairlead_requests_in_flight 1\n", StringComparison.Ordinal)) running.IsCompleted.ShouldBeFalse();
        var drain = server.DrainAsync();

        using var ready = await server.Client.GetAsync("/v2/health/ready");
        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await TestServer.ErrorOf(ready)).ShouldStartWith("draining");
        (await server.Client.GetAsync("/livez")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var answer = await server.InferAsync(Request(2));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.ConnectionClose.ShouldBe(true);
        (await running).StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        await drain;
        await Should.ThrowAsync<HttpRequestException>(() => server.Client.GetAsync("/livez"));
    }

    [Fact]
    public async Task WhenTheTimeToDrainHasPassed_WhatIsInFlightIsCutOff()
    {
        using var folder = PackedFolder.Of(TinyModels.Loop());
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { Timeout = TimeSpan.FromMinutes(10), Drain = TimeSpan.FromMilliseconds(200) });
        var running = server.InferAsync(Request(1_000_000_000_000));
        while (!(await server.MetricsAsync()).Contains("fairlead_requests_in_flight 1\n", StringComparison.Ordinal)) running.IsCompleted.ShouldBeFalse();
        await server.DrainAsync();
        await Should.ThrowAsync<HttpRequestException>(() => running);
        server.Log.ShouldContain("\"event\":2202");
    }

    private static string Request(long steps) => $$"""{"inputs":[{"name":"steps","datatype":"INT64","shape":[],"data":[{{steps}}]},{"name":"x","datatype":"INT64","shape":[1],"data":[0]}]}""";
}

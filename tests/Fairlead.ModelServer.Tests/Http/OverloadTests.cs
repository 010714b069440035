using System.Net;
using System.Net.Sockets;
using System.Text;
using Fairlead.Core.Units;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Telemetry.Prometheus;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Http;

/// <summary>What happens when runs take longer than their requests may.</summary>
public sealed class OverloadTests
{
    private const string Endless = """{"inputs":[{"name":"steps","datatype":"INT64","shape":[],"data":[1000000000000]},{"name":"x","datatype":"INT64","shape":[1],"data":[0]}]}""";
    private const string Short = """{"inputs":[{"name":"steps","datatype":"INT64","shape":[],"data":[3]},{"name":"x","datatype":"INT64","shape":[1],"data":[0]}]}""";

    [Fact]
    public async Task DeadlinePassedInTheRun_Is504AndTheRunIsStopped()
    {
        using var folder = PackedFolder.Of(TinyModels.Loop());
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { Cpu = new CpuQuantity(1000), Timeout = TimeSpan.FromSeconds(1) });
        var (status, error) = await server.RefusedAsync(Endless);
        status.ShouldBe(HttpStatusCode.GatewayTimeout);
        error.ShouldContain("within 1s");
        (await server.OutputsAsync(Short))["y"].GetProperty("data")[0].GetInt64().ShouldBe(3);
    }

    [Fact]
    public async Task DeadlinePassedInTheQueue_Is504AndTheModelIsNotRunForIt()
    {
        using var folder = PackedFolder.Of(TinyModels.Loop());
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { Cpu = new CpuQuantity(1000), Timeout = TimeSpan.FromSeconds(2) });
        var running = server.RefusedAsync(Endless);
        await UntilInFlightAsync(server, 1);
        var queued = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => server.RefusedAsync(Endless)).Append(running));
        queued.ShouldAllBe(q => q.Status == HttpStatusCode.GatewayTimeout);

        // The run that was cut off is no finished run; those in the queue were none at all.
        PrometheusReader.Read(await server.MetricsAsync()).Sum("fairlead_inference_duration_seconds_count").ShouldBe(0);
    }

    [Fact]
    public async Task MoreThanTheQueueHolds_Is429WithRetryAfterAtOnce()
    {
        using var folder = PackedFolder.Of(TinyModels.Loop());
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { Cpu = new CpuQuantity(1000), Queue = 1, Timeout = TimeSpan.FromSeconds(5) });
        var first = server.InferAsync(Endless);
        await UntilInFlightAsync(server, 1);
        var second = server.InferAsync(Endless);
        await UntilInFlightAsync(server, 2);
        await server.UntilAsync(() => !second.IsCompleted, "the second waits");

        using var third = await server.InferAsync(Endless);
        third.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        third.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        (await TestServer.ErrorOf(third)).ShouldContain("Overloaded");
        first.IsCompleted.ShouldBeFalse();

        using var live = await server.Client.GetAsync("/livez");
        live.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await first).StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        (await second).StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        (await server.OutputsAsync(Short)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task ClientThatLeaves_HasItsRunStoppedAndItsNeighboursAreAnswered()
    {
        using var folder = PackedFolder.Of(TinyModels.Loop());
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { Cpu = new CpuQuantity(1000), Timeout = TimeSpan.FromMinutes(10) });
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(server.Http);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /v2/models/m/infer HTTP/1.1\r\nHost: x\r\nContent-Length: {Endless.Length}\r\n\r\n{Endless}"));
            await UntilInFlightAsync(server, 1);
        }

        (await server.OutputsAsync(Short))["y"].GetProperty("data")[0].GetInt64().ShouldBe(3);
        await UntilInFlightAsync(server, 0);
        (await server.MetricsAsync()).ShouldContain("code=\"499\"} 1\n");
    }

    [Fact]
    public async Task LongRuns_AnswerEachWithItsOwn_AlsoBesideOneThatIsCutOff()
    {
        using var folder = PackedFolder.Of(TinyModels.Loop());
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { Cpu = new CpuQuantity(2000), Timeout = TimeSpan.FromSeconds(20) });

        // What a run takes is known from here on: it goes on a thread of the queue's.
        (await server.OutputsAsync(Steps(100_000, 0)))["y"].GetProperty("data")[0].GetInt64().ShouldBe(100_000);
        var answers = Task.WhenAll(Enumerable.Range(1, 40).Select(async i => (await server.OutputsAsync(Steps(10_000 + i, i)))["y"].GetProperty("data")[0].GetInt64()));
        using (var leaving = new CancellationTokenSource(TimeSpan.FromMilliseconds(20)))
        {
            await Should.ThrowAsync<OperationCanceledException>(() => server.Client.PostAsync("/v2/models/m/infer", new StringContent(Endless), leaving.Token));
        }

        (await answers).ShouldBe(Enumerable.Range(1, 40).Select(i => 10_000L + (2 * i)));
        (await server.OutputsAsync(Short))["y"].GetProperty("data")[0].GetInt64().ShouldBe(3);

        static string Steps(int steps, int x) => $$"""{"inputs":[{"name":"steps","datatype":"INT64","shape":[],"data":[{{steps}}]},{"name":"x","datatype":"INT64","shape":[1],"data":[{{x}}]}]}""";
    }

    private static async Task UntilInFlightAsync(TestServer server, double count)
    {
        using var deadline = new CancellationTokenSource(TestServer.Patience);
        while (PrometheusReader.Read(await server.MetricsAsync()).Sum("fairlead_requests_in_flight") != count) deadline.Token.ThrowIfCancellationRequested();
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using Fairlead.Core.Units;
using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Metrics;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Running;
using Fairlead.ModelServer.Settings;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Telemetry.Metrics;
using Fairlead.Telemetry.Prometheus;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Batching;

/// <summary>Requests that wait while the only run is taken; it is set free by cutting off the client that holds it.</summary>
public sealed class BatchTests
{
    private const long Endless = 1_000_000_000_000;

    [Fact]
    public async Task RequestsThatWait_RunTogetherAndEachGetsItsOwnRows()
    {
        using var folder = PackedFolder.Of(RowModels.LookUp());
        await using var server = await StartAsync(folder);
        var taken = await TakeTheRunAsync(server);
        var waiting = new[]
        {
            server.OutputsAsync(RowModels.Request(1, 0)),
            server.OutputsAsync(RowModels.Request([2, 3], [2, 1])),
            server.OutputsAsync(RowModels.Request(4, 1)),
        };
        await server.UntilAsync(() => server.Waiting == 3, "three wait");
        taken.Dispose();

        var answers = await Task.WhenAll(waiting);
        Values(answers[0], "y").ShouldBe([10]);
        Values(answers[1], "y").ShouldBe([30, 20]);
        Values(answers[1], "z").ShouldBe([2, 3]);
        answers[1]["y"].GetProperty("shape")[0].GetInt32().ShouldBe(2);
        Values(answers[2], "y").ShouldBe([20]);
        var metrics = PrometheusReader.Read(await server.MetricsAsync());
        metrics.Sum("fairlead_batch_size_count").ShouldBe(1);
        metrics.Sum("fairlead_batch_size_sum").ShouldBe(3);
        metrics.Sum("fairlead_inference_duration_seconds_count").ShouldBe(1);
    }

    [Fact]
    public async Task OneThatMakesTheRunFail_HarmsOnlyItself()
    {
        using var folder = PackedFolder.Of(RowModels.LookUp());
        await using var server = await StartAsync(folder);
        var taken = await TakeTheRunAsync(server);
        var good = Enumerable.Range(0, 3).Select(k => server.OutputsAsync(RowModels.Request(1, k))).ToArray();
        var bad = server.RefusedAsync(RowModels.Request(1, 99));
        await server.UntilAsync(() => server.Waiting == 4, "four wait");
        taken.Dispose();

        var answers = await Task.WhenAll(good);
        answers.Select(a => Values(a, "y").Single()).ShouldBe([10, 20, 30]);
        var (status, error) = await bad;
        ((int)status).ShouldBeOneOf(400, 500);
        error.ShouldContain("99");
    }

    [Fact]
    public async Task OtherShapesAndOtherOutputs_RunApart()
    {
        using var folder = PackedFolder.Of(RowModels.LookUp());
        await using var server = await StartAsync(folder);
        var taken = await TakeTheRunAsync(server);
        var all = server.OutputsAsync(RowModels.Request(1, 0));
        var some = server.OutputsAsync(RowModels.Request(1, 1).Replace("]}]}", "]}],\"outputs\":[{\"name\":\"y\"}]}", StringComparison.Ordinal));
        await server.UntilAsync(() => server.Waiting == 2, "two wait");
        taken.Dispose();
        (await all).Count.ShouldBe(2);
        (await some).Keys.ShouldBe(["y"]);
        PrometheusReader.Read(await server.MetricsAsync()).Sum("fairlead_batch_size_count").ShouldBe(2);
    }

    [Fact]
    public async Task ClientGoneInTheQueue_HasItsWorkDroppedAndItsNeighbourIsAnswered()
    {
        using var folder = PackedFolder.Of(RowModels.LookUp());
        await using var server = await StartAsync(folder);
        var taken = await TakeTheRunAsync(server);

        // Had it been run, the neighbour would wait for ever.
        var gone = await SendAsync(server, Endless);
        var neighbour = server.OutputsAsync(RowModels.Request(1, 2));
        await server.UntilAsync(() => server.Waiting == 2, "two wait");
        gone.Dispose();
        await server.UntilAsync(() => server.Waiting == 1, "one has left the queue");
        taken.Dispose();
        Values(await neighbour, "y").ShouldBe([30]);
    }

    [Fact]
    public async Task ClientsGoneInTheRun_AreNotWaitedForAndTheRunEndsWithTheLast()
    {
        using var folder = PackedFolder.Of(RowModels.LookUp());

        // The first request's time must not be over before the others wait, however busy the machine is.
        await using var server = await StartAsync(folder, o => o with { Timeout = TimeSpan.FromSeconds(15) });
        var taken = await TakeTheRunAsync(server);
        var endless = await SendAsync(server, Endless);
        var neighbour = server.RefusedAsync(RowModels.Request(1, 2));
        await server.UntilAsync(() => server.Waiting == 2, "two wait");
        taken.Dispose();
        await server.UntilAsync(() => server.Waiting == 0, "they run");
        endless.Dispose();

        // Its own deadline ends the neighbour, and with it the last that wanted the run: the slot is free again.
        (await neighbour).Status.ShouldBe(HttpStatusCode.GatewayTimeout);
        Values(await server.OutputsAsync(RowModels.Request(1, 1)), "y").ShouldBe([20]);
    }

    [Fact]
    public async Task ClientGoneInTheMiddleOfTheRun_LeavesItsNeighboursToBeAnswered()
    {
        using var folder = PackedFolder.Of(RowModels.LookUp());
        await using var server = await StartAsync(folder);
        var taken = await TakeTheRunAsync(server);

        // Long enough to leave in its midst, and all of the batch take as long.
        var leaving = await SendAsync(server, 1_000_000);
        var neighbours = new[] { server.OutputsAsync(RowModels.Request(1, 2)), server.OutputsAsync(RowModels.Request(2, 1)) };
        await server.UntilAsync(() => server.Waiting == 3, "three wait");
        taken.Dispose();
        await server.UntilAsync(() => server.Waiting == 0, "they run");
        leaving.Dispose();
        (await Task.WhenAll(neighbours)).Select(a => Values(a, "y").Single()).ShouldBe([30, 20]);
        PrometheusReader.Read(await server.MetricsAsync()).Sum("fairlead_batch_size_sum").ShouldBe(3);
    }

    [Fact]
    public async Task DeadlinePassedInTheQueue_IsInNoBatch()
    {
        using var folder = PackedFolder.Of(RowModels.LookUp());
        await using var server = await StartAsync(folder);
        var model = server.Host.Readiness.Model.ShouldBeOfType<ModelState.Ready>().Model;
        var taken = await TakeTheRunAsync(server);
        using var request = InferRequestReader.Read(Encoding.UTF8.GetBytes(RowModels.Request(Endless, 0)), model.Signature);
        using var deadline = new RequestDeadlines(TimeProvider.System).Start(TimeSpan.FromMilliseconds(100), null);
        var neighbour = server.OutputsAsync(RowModels.Request(1, 2));
        await Should.ThrowAsync<OperationCanceledException>(() => server.Host.Runs.RunAsync(model, request, deadline).AsTask());
        taken.Dispose();
        Values(await neighbour, "y").ShouldBe([30]);
        PrometheusReader.Read(await server.MetricsAsync()).Sum("fairlead_batch_size_sum").ShouldBe(1);
    }

    [Fact]
    public async Task WithADelay_TheFirstWaitsForOthersWhileARunIsFree()
    {
        using var folder = PackedFolder.Of(RowModels.LookUp());
        await using var server = await StartAsync(folder, o => o with { BatchSize = 2, BatchDelay = TimeSpan.FromMinutes(1) });
        var model = server.Host.Readiness.Model.ShouldBeOfType<ModelState.Ready>().Model;
        var times = new RunTimes();
        times.Add(TimeSpan.FromSeconds(40), 1, finished: true);
        using var queue = new RunQueue(1, 10, times, new ServerMetrics(new MetricRegistry()), TimeProvider.System);
        var deadlines = new RequestDeadlines(TimeProvider.System);
        using var deadline = deadlines.Start(TimeSpan.FromMinutes(2), null);
        using var first = InferRequestReader.Read(Encoding.UTF8.GetBytes(RowModels.Request(1, 0)), model.Signature);
        using var second = InferRequestReader.Read(Encoding.UTF8.GetBytes(RowModels.Request(1, 1)), model.Signature);

        var one = queue.RunAsync(model, first, deadline).AsTask();
        queue.Waiting.ShouldBe(1);
        queue.Free.ShouldBe(1);
        one.IsCompleted.ShouldBeFalse();
        using var two = await queue.RunAsync(model, second, deadline);
        using var answer = await one;
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(answer[0].Bytes).ToArray().ShouldBe([10]);
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(two[0].Bytes).ToArray().ShouldBe([20]);
    }

    [Fact]
    public async Task MoreRowsThanTheBatchMayHave_RunInSeveral()
    {
        using var folder = PackedFolder.Of(RowModels.LookUp());
        await using var server = await StartAsync(folder, o => o with { BatchSize = 2 });
        var taken = await TakeTheRunAsync(server);
        var waiting = Enumerable.Range(0, 5).Select(i => server.OutputsAsync(RowModels.Request(1, i % 3))).ToArray();
        await server.UntilAsync(() => server.Waiting == 5, "five wait");
        taken.Dispose();
        (await Task.WhenAll(waiting)).Select(a => Values(a, "y").Single()).ShouldBe([10, 20, 30, 10, 20]);
        PrometheusReader.Read(await server.MetricsAsync()).Sum("fairlead_batch_size_count").ShouldBe(3);
    }

    [Fact]
    public async Task Texts_AreBatchedToo()
    {
        using var folder = PackedFolder.Of(TinyModels.Identity(OnnxBuilder.String));
        await using var server = await StartAsync(folder);
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            var outputs = await server.OutputsAsync($$"""{"inputs":[{"name":"x","datatype":"BYTES","shape":[2],"data":["a{{i}}","ü"]}]}""");
            return outputs["y"].GetProperty("data")[0].GetString();
        }));
        answers.ShouldBe(Enumerable.Range(0, 200).Select(i => $"a{i}"));
    }

    [Fact]
    public async Task ModelThatMixesItsRows_IsNotBatchedAndTheLogSaysWhy()
    {
        using var folder = PackedFolder.Of(RowModels.Softmax());
        await using var server = await StartAsync(folder);
        server.Log.ShouldContain("\"event\":2213");
        server.Log.ShouldContain("depends on the other rows");
    }

    [Fact]
    public async Task ModelWithAFixedFirstSize_IsNotBatchedAndTheLogSaysWhy()
    {
        using var folder = PackedFolder.Of(TinyModels.Loop());
        await using var server = await StartAsync(folder);
        server.Log.ShouldContain("is not free");
    }

    [Fact]
    public async Task SizeOne_TurnsItOff()
    {
        using var folder = PackedFolder.Of(RowModels.LookUp());
        await using var server = await StartAsync(folder, o => o with { BatchSize = 1 });
        var taken = await TakeTheRunAsync(server);
        var waiting = Enumerable.Range(0, 3).Select(k => server.OutputsAsync(RowModels.Request(1, k))).ToArray();
        await server.UntilAsync(() => server.Waiting == 3, "three wait");
        taken.Dispose();
        await Task.WhenAll(waiting);
        PrometheusReader.Read(await server.MetricsAsync()).Sum("fairlead_batch_size_count").ShouldBe(3);
    }

    private static Task<TestServer> StartAsync(PackedFolder folder, Func<ServerOptions, ServerOptions>? configure = null) =>
        TestServer.StartAsync(folder.Path, o => (configure ?? (static c => c))(o with { Cpu = new CpuQuantity(1000), Timeout = TimeSpan.FromMinutes(2) }));

    private static async Task<TcpClient> TakeTheRunAsync(TestServer server)
    {
        var client = await SendAsync(server, Endless);
        await server.UntilAsync(() => server.Host.Runs.Free == 0, "the run is taken");
        return client;
    }

    private static async Task<TcpClient> SendAsync(TestServer server, long steps)
    {
        var body = RowModels.Request(steps, 0);
        var client = new TcpClient();
        await client.ConnectAsync(server.Http);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /v2/models/m/infer HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        return client;
    }

    private static long[] Values(Dictionary<string, System.Text.Json.JsonElement> outputs, string name) =>
        [.. outputs[name].GetProperty("data").EnumerateArray().Select(v => v.GetInt64())];
}

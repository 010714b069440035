using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fairlead.Core.Units;
using Fairlead.ModelServer.Settings;
using Fairlead.ModelServer.Tests.Batching;
using Fairlead.ModelServer.Tests.Grpc;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Telemetry.Otlp;
using Fairlead.Testing.Models;
using Fairlead.Testing.Registries;

namespace Fairlead.ModelServer.Tests.Tracing;

public sealed class TracingTests : IAsyncDisposable
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Caller = "b7ad6b7169203331";
    private const string Good = """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1.5,-2]}]}""";

    // Twice it is more than FP32 holds, and JSON has no infinity.
    private const string TooLarge = """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[3e38,0]}]}""";

    private readonly PackedFolder _folder = PackedFolder.Of(TinyModels.Double());

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }

    [Fact]
    public async Task RestRequest_IsASpanOfItsCallersTraceWithItsRunAsAChild()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var server = await StartAsync(receiver.Endpoint);
        using var response = await SendAsync(server, Good, ("traceparent", $"00-{Trace}-{Caller}-01"), ("tracestate", "a=b"), ("X-Request-Id", "r-1"));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        await server.UntilAsync(() => receiver.Spans.Count == 2, "both spans are there");

        var span = receiver.Spans.Single(s => s.Kind == 2);
        (span.Trace, span.Parent, span.State, span.Name).ShouldBe((Trace, Caller, "a=b", "POST /v2/models/{model}/infer"));
        span.Id.ShouldNotBe(Caller);
        var run = receiver.Spans.Single(s => s.Kind == 1);
        (run.Trace, run.Parent, run.Name).ShouldBe((Trace, span.Id, "inference"));
        span.Start.ShouldBeLessThanOrEqualTo(run.Start);
        run.Start.ShouldBeLessThanOrEqualTo(run.End);
        run.End.ShouldBeLessThanOrEqualTo(span.End);
        DateTimeOffset.UnixEpoch.AddTicks((long)span.Start / 100).ShouldBe(TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(5));
        var attributes = span.Attributes;
        attributes["http.request.method"].ShouldBe("POST");
        attributes["http.route"].ShouldBe("/v2/models/{model}/infer");
        attributes["url.path"].ShouldBe("/v2/models/m/infer");
        attributes["http.response.status_code"].ShouldBe(200L);
        attributes["server.address"].ShouldBe("127.0.0.1");
        attributes["server.port"].ShouldBe((long)server.Http.Port);
        attributes["client.address"].ShouldBe("127.0.0.1");
        attributes["network.protocol.version"].ShouldBe("1.1");
        attributes["fairlead.model.name"].ShouldBe("m");
        attributes["fairlead.model.version"].ShouldBe("1.0.0");
        attributes["fairlead.request.id"].ShouldBe("r-1");
        attributes["fairlead.batch.size"].ShouldBe(1L);
        attributes["fairlead.queue.duration"].ShouldBe(0.0);
        span.Status.ShouldBe(0);
        span.Resource["service.name"].ShouldBe("penguin-server");
        span.Resource["service.instance.id"].ShouldBe("m-1-abcde");
        span.Resource["team"].ShouldBe("harbour");
        receiver.Seen.ShouldAllBe(s => s.Path == "/v1/traces" && s.Headers["Content-Type"] == "application/x-protobuf" && s.Headers["api-key"] == "abc");
    }

    [Fact]
    public async Task GrpcRequest_HasTheAttributesOfRpc()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var server = await StartAsync(receiver.Endpoint);
        using var client = GrpcClient.Of(server);
        var request = new ProtoBytes().Text(1, "m").Message(5, new ProtoBytes().Text(1, "x").Text(2, "FP32").Bytes(3, [1, 2])).Bytes(7, new byte[8]);
        (await client.CallAsync(GrpcClient.Infer, request, ("traceparent", $"00-{Trace}-{Caller}-01"))).Status.ShouldBe(0);
        (await client.CallAsync(GrpcClient.Infer, new ProtoBytes().Text(1, "other"), ("traceparent", $"00-{Trace}-{Caller}-01"))).Status.ShouldBe(5);
        await server.UntilAsync(() => receiver.Spans.Count == 3, "the spans are there");

        var spans = receiver.Spans.Where(s => s.Kind == 2).OrderBy(s => s.Start).ToList();
        spans.ShouldAllBe(s => s.Trace == Trace && s.Parent == Caller && s.Name == "inference.GRPCInferenceService/ModelInfer");
        spans.ShouldAllBe(s => (string)s.Attributes["rpc.system"] == "grpc" && (string)s.Attributes["rpc.service"] == "inference.GRPCInferenceService" && (string)s.Attributes["rpc.method"] == "ModelInfer");
        spans.Select(s => s.Attributes["rpc.grpc.status_code"]).ShouldBe([0L, 5L]);
    }

    [Fact]
    public async Task Errors_AreTheServersFaultFrom500On()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var server = await StartAsync(receiver.Endpoint);
        (await server.RefusedAsync("x")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await server.RefusedAsync(TooLarge)).Status.ShouldBe(HttpStatusCode.InternalServerError);
        await server.UntilAsync(() => receiver.Spans.Count(s => s.Kind == 2) == 2, "both spans are there");

        var refused = receiver.Spans.Single(s => s.Attributes.GetValueOrDefault("http.response.status_code") is 400L);
        (refused.Status, refused.Parent, refused.Attributes.ContainsKey("error.type")).ShouldBe((0, "", false));
        var failed = receiver.Spans.Single(s => s.Attributes.GetValueOrDefault("http.response.status_code") is 500L);
        failed.Status.ShouldBe(2);
        failed.Error.ShouldContain("'y'");
        failed.Attributes["error.type"].ShouldBe("500");
        failed.Trace.ShouldNotBe(refused.Trace);
    }

    [Theory]
    [InlineData(SamplerKind.ParentBasedAlwaysOn, "00", 0)]
    [InlineData(SamplerKind.AlwaysOn, "00", 1)]
    [InlineData(SamplerKind.AlwaysOff, "01", 0)]
    [InlineData(SamplerKind.ParentBasedAlwaysOff, "01", 1)]
    internal async Task Sampler_DecidesWhichRequestsAreTraced(SamplerKind sampler, string flags, int spans)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (var server = await StartAsync(receiver.Endpoint, o => o with { Sampler = sampler }))
        {
            using var response = await SendAsync(server, Good, ("traceparent", $"00-{Trace}-{Caller}-{flags}"));
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        // What waits is sent when the server stops.
        receiver.Spans.Count(s => s.Kind == 2).ShouldBe(spans);
    }

    [Fact]
    public async Task RequestsThatWaited_HaveASpanOfTheQueueAndTheSizeOfTheirBatch()
    {
        using var folder = PackedFolder.Of(RowModels.LookUp());
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { Cpu = new CpuQuantity(1000), Timeout = TimeSpan.FromMinutes(2), Otlp = Options(receiver.Endpoint) });
        var endless = RowModels.Request(1_000_000_000_000, 0);
        using (var taken = new TcpClient())
        {
            await taken.ConnectAsync(server.Http);
            await taken.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /v2/models/m/infer HTTP/1.1\r\nHost: x\r\nContent-Length: {endless.Length}\r\n\r\n{endless}"));
            await server.UntilAsync(() => server.Host.Runs.Free == 0, "the run is taken");
            var waiting = new[] { server.OutputsAsync(RowModels.Request(1, 0)), server.OutputsAsync(RowModels.Request(1, 1)) };
            await server.UntilAsync(() => server.Waiting == 2, "two wait");
            taken.Dispose();
            await Task.WhenAll(waiting);
        }

        await server.UntilAsync(() => receiver.Spans.Count(s => s.Name == "queue") == 2, "the spans are there");
        foreach (var queue in receiver.Spans.Where(s => s.Name == "queue"))
        {
            var parent = receiver.Spans.Single(s => s.Id == queue.Parent);
            var run = receiver.Spans.Single(s => s.Name == "inference" && s.Parent == parent.Id);
            parent.Attributes["fairlead.batch.size"].ShouldBe(2L);
            ((double)parent.Attributes["fairlead.queue.duration"]).ShouldBeGreaterThan(0);
            queue.End.ShouldBe(run.Start);
            run.Attributes["fairlead.batch.size"].ShouldBe(2L);
        }
    }

    [Fact]
    public async Task OverGrpc_SpansAndMetricsArriveToo()
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc: true);
        await using (var server = await StartAsync(receiver.Endpoint, o => o with { Protocol = OtlpProtocol.Grpc }))
        {
            await server.OutputsAsync(Good);
        }

        receiver.Spans.Count.ShouldBe(2);
        receiver.Metrics.ShouldContain(m => m.Name == "fairlead_requests_total");
        receiver.Seen.Select(s => s.Path).Distinct().Order().ShouldBe(["/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "/opentelemetry.proto.collector.trace.v1.TraceService/Export"]);
    }

    [Fact]
    public async Task ReceiverThatIsAway_HarmsNoRequestAndIsWarnedOfOnce()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        await using var server = await StartAsync(new Uri($"http://127.0.0.1:{port}"), o => o with { MetricInterval = TimeSpan.FromMilliseconds(50) });

        // Two spans each: more than may wait.
        for (var i = 0; i < 2000; i++) await server.OutputsAsync(Good);
        await server.UntilAsync(() => server.Log.Contains("\"event\":2242", StringComparison.Ordinal), "the log warns");
        var metrics = Fairlead.Telemetry.Prometheus.PrometheusReader.Read(await server.MetricsAsync());
        metrics.Sum("fairlead_spans_dropped_total")!.Value.ShouldBeGreaterThan(0);
        metrics.Sum("fairlead_requests_total").ShouldBe(2000);

        await using var receiver = await OtlpReceiver.StartAsync(port: port);
        await server.UntilAsync(() => receiver.Metrics.Count > 0 && receiver.Spans.Count > 0 && server.Log.Contains("\"event\":2243", StringComparison.Ordinal), "all arrives again");
        server.Log.Split("Metrics cannot be sent").Length.ShouldBe(2, "one warning");
        server.Log.Split("Traces cannot be sent").Length.ShouldBeLessThanOrEqualTo(2, "one warning for each signal");
    }

    [Fact]
    public async Task RefusalThatMayPass_IsSentAgain()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        receiver.Refusals.Enqueue(503);
        await using var server = await StartAsync(receiver.Endpoint);
        await server.OutputsAsync(Good);
        await server.UntilAsync(() => receiver.Spans.Count == 2, "they come at the second attempt");
        server.Log.ShouldContain("it answered 503");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PackedAndToAReceiverOfAPrivateAuthority_TheyArriveWhole(bool grpc)
    {
        using var authority = new TestAuthority();
        using var certificate = X509Certificate2.CreateFromPemFile(authority.Certificate, authority.Key);
        await using var receiver = await OtlpReceiver.StartAsync(grpc, certificate: certificate);
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(authority.RootFile);
        await using var server = await StartAsync(receiver.Endpoint, o => o with { Protocol = grpc ? OtlpProtocol.Grpc : OtlpProtocol.Http, Gzip = true, Authorities = authorities });
        await server.OutputsAsync(Good);
        await server.UntilAsync(() => receiver.Spans.Count == 2, "both spans are there");
        receiver.Seen[0].Headers[grpc ? "grpc-encoding" : "Content-Encoding"].ShouldBe("gzip");
    }

    [Fact]
    public async Task ReceiverOfAnUnknownAuthority_IsSentNothing()
    {
        using var authority = new TestAuthority();
        using var certificate = X509Certificate2.CreateFromPemFile(authority.Certificate, authority.Key);
        await using var receiver = await OtlpReceiver.StartAsync(certificate: certificate);
        await using var server = await StartAsync(receiver.Endpoint);
        await server.OutputsAsync(Good);
        await server.UntilAsync(() => server.Log.Contains("\"event\":2242", StringComparison.Ordinal), "it is told");
        receiver.Seen.ShouldBeEmpty();
    }

    private Task<TestServer> StartAsync(Uri endpoint, Func<OtlpOptions, OtlpOptions>? configure = null) =>
        TestServer.StartAsync(_folder.Path, o => o with { Replica = "m-1-abcde", Otlp = (configure ?? (c => c))(Options(endpoint)) });

    private static OtlpOptions Options(Uri endpoint) => new()
    {
        Endpoint = endpoint,
        MetricInterval = TimeSpan.FromHours(1),
        ServiceName = "penguin-server",
        ResourceAttributes = [new("service.name", "other"), new("team", "harbour")],
        Headers = [new("api-key", "abc")],
    };

    private static async Task<HttpResponseMessage> SendAsync(TestServer server, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/m/infer") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return await server.Client.SendAsync(request);
    }
}

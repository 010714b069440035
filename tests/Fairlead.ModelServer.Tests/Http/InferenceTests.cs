using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Fairlead.Core.Units;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Http;

public sealed class InferenceTests : OnDoublingServer
{
    [Fact]
    public async Task Answer_IsWhatTheProtocolSays()
    {
        using var response = await Server.InferAsync("""{"id":"42 \u00e9","inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1.5,-2]}]}""");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"id":"42 é","model_name":"m","model_version":"1.0.0","outputs":[{"name":"y","datatype":"FP32","shape":[1,2],"data":[3,-4]}]}""");
    }

    [Fact]
    public async Task VersionedPath_Answers()
    {
        using var response = await Server.Client.PostAsync("/v2/models/m/versions/1.0.0/infer", new StringContent(Good));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("truncated", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1.5""")]
    [InlineData("no JSON", "hello")]
    [InlineData("empty", "")]
    [InlineData("trailing bytes", Good + "]")]
    [InlineData("byte order mark", "\ufeff" + Good)]
    [InlineData("shape that overflows", """{"inputs":[{"name":"x","datatype":"FP32","shape":[2147483648,2147483648],"data":[1]}]}""")]
    [InlineData("infinity", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1e999,0]}]}""")]
    public async Task WrongBody_Is400AndTheNextRequestOnTheSameConnectionIsServed(string label, string json)
    {
        for (var i = 0; i < 2; i++)
        {
            var (status, error) = await Server.RefusedAsync(json);
            status.ShouldBe(HttpStatusCode.BadRequest, label);
            error.ShouldNotBeEmpty();
        }

        (await Server.OutputsAsync(Good))["y"].GetProperty("data")[0].GetDouble().ShouldBe(3);
    }

    [Fact]
    public async Task NestingTenThousandDeep_Is400AndTheServerLives()
    {
        (await Server.RefusedAsync(new string('[', 10_000))).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await Server.OutputsAsync(Good)).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("GET", "/v2/models/other", 404, "no model 'other'")]
    [InlineData("GET", "/v2/models/other/ready", 404, "no model 'other'")]
    [InlineData("POST", "/v2/models/other/infer", 404, "no model 'other'")]
    [InlineData("POST", "/v2/models/m/versions/9/infer", 404, "no version '9'")]
    [InlineData("GET", "/v2/models/m/versions/9", 404, "no version '9'")]
    [InlineData("GET", "/v2/models/m/nothing", 404, "nothing at")]
    [InlineData("GET", "/v2/models/", 404, "no model ''")]
    [InlineData("GET", "/", 404, "nothing at")]
    [InlineData("GET", "/metrics", 404, "nothing at")]
    [InlineData("GET", "/v2/models/m/infer", 405, "use POST")]
    [InlineData("POST", "/v2/health/ready", 405, "use GET")]
    [InlineData("GET", "/v2/repository/index", 405, "use POST")]
    public async Task WrongPathOrMethod_IsToldApart(string method, string path, int status, string reason)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await Server.Client.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(status);
        (await TestServer.ErrorOf(response)).ShouldContain(reason);
    }

    [Fact]
    public async Task BodyAboveTheLimit_WithContentLength_Is413BeforeItIsSent()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Server.Http);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /v2/models/m/infer HTTP/1.1\r\nHost: x\r\nContent-Length: {Limit.Bytes + 1}\r\n\r\n"));
        (await ReadAsync(stream)).ShouldStartWith("HTTP/1.1 413");
    }

    [Fact]
    public async Task BodyAboveTheLimit_InChunks_Is413AndMemoryGrowsByLessThanTwiceTheLimit()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var client = new TcpClient();
        await client.ConnectAsync(Server.Http);
        var stream = client.GetStream();
        await stream.WriteAsync("POST /v2/models/m/infer HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
        var chunk = Encoding.ASCII.GetBytes("1000\r\n" + new string(' ', 4096) + "\r\n");
        var answer = ReadAsync(stream);
        try
        {
            for (var i = 0; i < 4096 && !answer.IsCompleted; i++) await stream.WriteAsync(chunk);
        }
        catch (IOException)
        {
            // The server closed on us: what it said is in the answer.
        }

        (await answer).ShouldStartWith("HTTP/1.1 413");
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(4 << 20);
    }

    [Fact]
    public async Task BodyAtTheLimit_IsRead()
    {
        var json = Good + new string(' ', (int)Limit.Bytes - Good.Length);
        (await Server.OutputsAsync(json)).ShouldNotBeEmpty();
        (await Server.RefusedAsync(json + " ")).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("[100,2]", 200)]
    [InlineData("[200,2]", 413)]
    [InlineData("[2147483648,2]", 413)]
    [InlineData("[9223372036854775807,2]", 413)]
    public async Task TensorAboveItsLimit_Is413InEveryEncoding(string shape, int status)
    {
        await using var server = await TestServer.StartAsync(Folder.Path, o => o with { MaxTensor = new ByteSize(1024) });
        var numbers = string.Join(',', Enumerable.Repeat("1", shape == "[100,2]" ? 200 : 1));
        using var json = await server.InferAsync($$"""{"inputs":[{"name":"x","datatype":"FP32","shape":{{shape}},"data":[{{numbers}}]}]}""");
        ((int)json.StatusCode).ShouldBe(status);
        using var binary = await BinaryRequests.SendAsync(server, $$"""{"inputs":[{"name":"x","datatype":"FP32","shape":{{shape}},"parameters":{"binary_data_size":800} }]}""", new byte[800]);
        ((int)binary.StatusCode).ShouldBe(status);
        using var client = Grpc.GrpcClient.Of(server);
        var sizes = JsonElement.Parse(shape).EnumerateArray().Select(s => s.GetInt64()).ToArray();
        var reply = await client.CallAsync(Grpc.GrpcClient.Infer, new ProtoBytes().Text(1, "m").Message(5, new ProtoBytes().Text(1, "x").Text(2, "FP32").Number(3, sizes[0]).Number(3, sizes[1])).Bytes(7, new byte[800]));
        reply.Status.ShouldBe(status == 200 ? 0 : 8);
    }

    [Fact]
    public async Task Metadata_ListsInputsAndOutputs()
    {
        var json = JsonElement.Parse(await Server.Client.GetStringAsync("/v2/models/m"));
        json.GetProperty("name").GetString().ShouldBe("m");
        json.GetProperty("versions")[0].GetString().ShouldBe("1.0.0");
        json.GetProperty("inputs")[0].GetRawText().ShouldBe("""{"name":"x","datatype":"FP32","shape":[-1,2]}""");
        json.GetProperty("outputs")[0].GetProperty("name").GetString().ShouldBe("y");
    }

    [Fact]
    public async Task ServerMetadata_SaysWhichProcessorsItUses()
    {
        var json = JsonElement.Parse(await Server.Client.GetStringAsync("/v2"));
        json.GetProperty("name").GetString().ShouldBe("fairlead-server");
        json.GetProperty("cpu").GetDouble().ShouldBeGreaterThan(0);
        json.GetProperty("intra_op_threads").GetInt32().ShouldBeGreaterThan(0);
        json.GetProperty("onnxruntime").GetString()!.ShouldStartWith("1.");
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("{}", 1)]
    [InlineData("""{"ready":true}""", 1)]
    public async Task RepositoryIndex_ListsTheModel(string body, int models)
    {
        using var response = await Server.Client.PostAsync("/v2/repository/index", new StringContent(body));
        var json = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        json.GetArrayLength().ShouldBe(models);
        json[0].GetRawText().ShouldBe("""{"name":"m","version":"1.0.0","state":"READY","reason":""}""");
    }

    [Fact]
    public async Task RepositoryIndex_WithABodyThatIsNoJson_Is400()
    {
        using var response = await Server.Client.PostAsync("/v2/repository/index", new StringContent("{"));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Metrics_CountRequestsByCodeAndNoProbes()
    {
        await Server.OutputsAsync(Good);
        await Server.RefusedAsync("x");
        await Server.Client.GetStringAsync("/livez");
        await Server.Client.GetStringAsync("/v2/health/ready");
        var text = await Server.MetricsAsync();
        text.ShouldContain("fairlead_requests_total{model=\"m\",version=\"1.0.0\",code=\"200\"} 1\n");
        text.ShouldContain("fairlead_requests_total{model=\"m\",version=\"1.0.0\",code=\"400\"} 1\n");
        text.ShouldContain("fairlead_request_duration_seconds_count 2\n");
        text.ShouldContain("fairlead_inference_duration_seconds_count 1\n");
        text.ShouldContain("fairlead_queue_duration_seconds_count 1\n");
        text.ShouldContain("fairlead_batch_size_sum 1\n");
        text.ShouldContain("fairlead_requests_in_flight 0\n");
        text.ShouldContain("fairlead_model_load_seconds 0.");
        text.ShouldContain("process_resident_memory_bytes ");
    }

    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        var buffer = new byte[4096];
        using var deadline = new CancellationTokenSource(TestServer.Patience);
        try
        {
            return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, deadline.Token));
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }
}

using System.IO.Compression;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Fairlead.Core.Units;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Grpc;

/// <summary>The calls that a proper client makes and those that it would not, over real HTTP/2.</summary>
public sealed class GrpcTests : IAsyncLifetime
{
    private const int InvalidArgument = 3;
    private const int DeadlineExceeded = 4;
    private const int NotFound = 5;
    private const int ResourceExhausted = 8;
    private const int Unimplemented = 12;
    private static readonly ByteSize Limit = new(64 << 10);
    private static readonly byte[] Values = MemoryMarshal.AsBytes<float>([1.5f, -2]).ToArray();

    private readonly PackedFolder _folder = PackedFolder.Of(TinyModels.Double());
    private TestServer _server = null!;
    private GrpcClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(_folder.Path, o => o with { MaxBody = Limit });
        _client = GrpcClient.Of(_server);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task TypedRequest_IsAnsweredTyped()
    {
        var reply = await _client.CallAsync(GrpcClient.Infer, Request().Text(3, "7").Message(5, X().Message(5, new ProtoBytes().Bytes(6, Values))));
        reply.Status.ShouldBe(0, reply.Error);
        reply.Fields.Where(f => f.Field < 4).Select(f => Encoding.UTF8.GetString(f.Bytes)).ShouldBe(["m", "1.0.0", "7"]);
        var output = GrpcReply.FieldsOf(reply.Fields.Single(f => f.Field == 5).Bytes);
        Encoding.UTF8.GetString(output[0].Bytes).ShouldBe("y");
        Encoding.UTF8.GetString(output[1].Bytes).ShouldBe("FP32");
        output[2].Bytes.ShouldBe([1, 2]);
        MemoryMarshal.Cast<byte, float>(GrpcReply.FieldsOf(output[3].Bytes).Single(f => f.Field == 6).Bytes).ToArray().ShouldBe([3, -4]);
        reply.Fields.ShouldNotContain(f => f.Field == 6);
    }

    [Fact]
    public async Task RawRequest_IsAnsweredRawWhateverTheOrderOfItsFields()
    {
        var reply = await _client.CallAsync(GrpcClient.Infer, new ProtoBytes().Bytes(7, Values).Message(5, X()).Text(1, "m"));
        reply.Status.ShouldBe(0, reply.Error);
        MemoryMarshal.Cast<byte, float>(reply.Fields.Single(f => f.Field == 6).Bytes).ToArray().ShouldBe([3, -4]);
        GrpcReply.FieldsOf(reply.Fields.Single(f => f.Field == 5).Bytes).ShouldNotContain(f => f.Field == 5);
    }

    [Fact]
    public async Task NumbersOneByOne_AreReadAsPackedOnesAre()
    {
        var reply = await _client.CallAsync(GrpcClient.Infer, Request().Message(5, X().Message(5, new ProtoBytes().Float(6, 1.5f)).Message(5, new ProtoBytes().Float(6, -2))));
        reply.Status.ShouldBe(0, reply.Error);
    }

    public static TheoryData<string, byte[], int, string> WrongMessages => new()
    {
        { "no protobuf", [0xFF, 0xFF], InvalidArgument, "not valid protobuf" },
        { "a length past the end", [0x2A, 0x7F, 1], InvalidArgument, "not valid protobuf" },
        { "another model", new ProtoBytes().Text(1, "z").ToArray(), NotFound, "'z'" },
        { "another version", Request().Text(2, "9").ToArray(), NotFound, "'9'" },
        { "no input", Request().ToArray(), InvalidArgument, "'x' is missing" },
        { "unknown input", Request().Message(5, new ProtoBytes().Text(1, "z")).ToArray(), InvalidArgument, "no input 'z'" },
        { "wrong datatype", Request().Message(5, new ProtoBytes().Text(1, "x").Text(2, "INT64").Number(3, 1).Number(3, 2)).ToArray(), InvalidArgument, "'x' is FP32" },
        { "no datatype", Request().Message(5, new ProtoBytes().Text(1, "x")).ToArray(), InvalidArgument, "no datatype" },
        { "negative shape", Request().Message(5, new ProtoBytes().Text(1, "x").Text(2, "FP32").Number(3, -1).Number(3, 2)).ToArray(), InvalidArgument, "negative" },
        { "overflowing shape", Request().Message(5, new ProtoBytes().Text(1, "x").Text(2, "FP32").Number(3, 1L << 62).Number(3, 2)).Bytes(7, Values).ToArray(), InvalidArgument, "more elements" },
        { "too few raw bytes", Request().Message(5, X()).Bytes(7, Values.AsSpan(1)).ToArray(), InvalidArgument, "it has 7" },
        { "too many raw bytes", Request().Message(5, X()).Bytes(7, [.. Values, 0]).ToArray(), InvalidArgument, "it has 9" },
        { "more raw contents than inputs", Request().Message(5, X()).Bytes(7, Values).Bytes(7, Values).ToArray(), InvalidArgument, "more raw_input_contents" },
        { "raw contents without their input", Request().Bytes(7, Values).ToArray(), InvalidArgument, "0 inputs and 1" },
        { "input twice", Request().Message(5, X()).Message(5, X()).ToArray(), InvalidArgument, "more inputs" },
        { "raw and typed", Request().Message(5, X().Message(5, new ProtoBytes().Bytes(6, Values))).Bytes(7, Values).ToArray(), InvalidArgument, "contents and raw_input_contents" },
        { "too few elements", Request().Message(5, X().Message(5, new ProtoBytes().Float(6, 1))).ToArray(), InvalidArgument, "2 elements; its contents have 1" },
        { "too many elements", Request().Message(5, X().Message(5, new ProtoBytes().Bytes(6, [.. Values, .. Values]))).ToArray(), InvalidArgument, "2 elements; its contents have 4" },
        { "contents of another type", Request().Message(5, X().Message(5, new ProtoBytes().Bytes(3, [1, 2]))).ToArray(), InvalidArgument, "fp32_contents, not in int64_contents" },
        { "cut numbers", Request().Message(5, X().Message(5, new ProtoBytes().Bytes(6, Values.AsSpan(1)))).ToArray(), InvalidArgument, "cut off" },
        { "unknown output", Request().Message(6, new ProtoBytes().Text(1, "q")).ToArray(), InvalidArgument, "no output 'q'" },
        { "output twice", Request().Message(6, new ProtoBytes().Text(1, "y")).Message(6, new ProtoBytes().Text(1, "y")).ToArray(), InvalidArgument, "twice" },
        { "classification", Request().Message(6, new ProtoBytes().Text(1, "y").Message(2, new ProtoBytes().Text(1, "classification"))).ToArray(), InvalidArgument, "classification" },
    };

    [Theory]
    [MemberData(nameof(WrongMessages))]
    public async Task WrongMessage_IsRefusedWithTheReasonAndTheNextIsServed(string label, byte[] message, int status, string reason)
    {
        var reply = await _client.SendAsync(GrpcClient.Infer, GrpcClient.Frame(message));
        reply.Status.ShouldBe(status, label + ": " + reply.Error);
        reply.Error.ShouldContain(reason);
        (await _client.CallAsync(GrpcClient.Infer, Good())).Status.ShouldBe(0);
    }

    [Theory]
    [InlineData("empty", new byte[0], InvalidArgument, "no whole message")]
    [InlineData("a cut prefix", new byte[] { 0, 0 }, InvalidArgument, "no whole message")]
    [InlineData("a cut message", new byte[] { 0, 0, 0, 0, 9, 1 }, InvalidArgument, "no whole message")]
    [InlineData("two messages", new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, Unimplemented, "more than one message")]
    [InlineData("a length over the limit", new byte[] { 0, 0x7F, 0xFF, 0xFF, 0xFF }, ResourceExhausted, "64KiB")]
    [InlineData("a length of four billion", new byte[] { 0, 0xFF, 0xFF, 0xFF, 0xFF }, ResourceExhausted, "64KiB")]
    [InlineData("no frame", new byte[] { 7, 0, 0, 0, 0 }, InvalidArgument, "not framed")]
    [InlineData("compressed without saying how", new byte[] { 1, 0, 0, 0, 0 }, Unimplemented, "identity and gzip")]
    public async Task WrongFrame_IsRefused(string label, byte[] body, int status, string reason)
    {
        var reply = await _client.SendAsync(GrpcClient.Infer, body);
        reply.Status.ShouldBe(status, label);
        reply.Error.ShouldContain(reason);
    }

    [Fact]
    public async Task GzipMessage_IsTaken()
    {
        var reply = await _client.SendAsync(GrpcClient.Infer, GrpcClient.Frame(Gzip(Good().ToArray()), flag: 1), ("grpc-encoding", "gzip"));
        reply.Status.ShouldBe(0, reply.Error);
    }

    [Fact]
    public async Task GzipMessageThatUnpacksPastTheLimit_IsResourceExhausted()
    {
        var packed = Gzip(new byte[64 << 20]);
        packed.Length.ShouldBeLessThan(128 << 10);
        await using var larger = await TestServer.StartAsync(_folder.Path, o => o with { MaxBody = new ByteSize(128 << 10) });
        using var client = new GrpcClient(larger.Grpc);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var reply = await client.SendAsync(GrpcClient.Infer, GrpcClient.Frame(packed, flag: 1), ("grpc-encoding", "gzip"));
        reply.Status.ShouldBe(ResourceExhausted);
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(16 << 20);
    }

    [Theory]
    [InlineData("gzip", InvalidArgument)]
    [InlineData("br", Unimplemented)]
    public async Task CompressionThatIsWrong_IsRefused(string encoding, int status) =>
        (await _client.SendAsync(GrpcClient.Infer, GrpcClient.Frame([1, 2, 3], flag: 1), ("grpc-encoding", encoding))).Status.ShouldBe(status);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RepositoryIndex_ListsTheModel(bool onlyReady)
    {
        var reply = await _client.CallAsync("inference.GRPCInferenceService/RepositoryIndex", new ProtoBytes().Text(1, "").Number(2, onlyReady ? 1 : 0));
        reply.Status.ShouldBe(0, reply.Error);
        GrpcReply.FieldsOf(reply.Fields.ShouldHaveSingleItem().Bytes).Select(f => (f.Field, Encoding.UTF8.GetString(f.Bytes))).ShouldBe([(1, "m"), (2, "1.0.0"), (3, "READY")]);
    }

    [Fact]
    public async Task RepositoryIndex_SaysWhyAModelIsNotReady()
    {
        using var folder = PackedFolder.Of([1, 2, 3]);
        await using var server = await TestServer.StartAsync(folder.Path);
        using var client = GrpcClient.Of(server);
        var reply = await client.CallAsync("inference.GRPCInferenceService/RepositoryIndex", new ProtoBytes());
        var fields = GrpcReply.FieldsOf(reply.Fields.ShouldHaveSingleItem().Bytes).ToDictionary(f => f.Field, f => Encoding.UTF8.GetString(f.Bytes));
        fields[3].ShouldBe("UNAVAILABLE");
        fields[4].ShouldContain("FL2214");
        (await client.CallAsync("inference.GRPCInferenceService/RepositoryIndex", new ProtoBytes().Number(2, 1))).Fields.ShouldBeEmpty();
    }

    [Fact]
    public async Task UnknownMethod_IsUnimplemented() => (await _client.CallAsync("inference.GRPCInferenceService/RepositoryModelLoad", new ProtoBytes())).Status.ShouldBe(Unimplemented);

    [Theory]
    [InlineData("5")]
    [InlineData("1x")]
    [InlineData("123456789S")]
    public async Task WrongTimeout_IsInvalidArgument(string timeout) => (await _client.CallAsync(GrpcClient.Infer, Good(), ("grpc-timeout", timeout))).Status.ShouldBe(InvalidArgument);

    [Fact]
    public async Task DeadlineOfTheCaller_StopsTheRun()
    {
        using var folder = PackedFolder.Of(TinyModels.Loop());
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { Timeout = TimeSpan.FromMinutes(10) });
        using var client = new GrpcClient(server.Grpc);
        var reply = await client.CallAsync(GrpcClient.Infer, Steps(1_000_000_000_000), ("grpc-timeout", "300m"));
        reply.Status.ShouldBe(DeadlineExceeded);
        reply.Error.ShouldContain("300ms");
        (await server.MetricsAsync()).ShouldContain("code=\"504\"} 1\n");
    }

    [Fact]
    public async Task DeadlineOfTheCallerThatPassesInTheQueue_IsDeadlineExceededAndTheModelIsNotRunForIt()
    {
        using var folder = PackedFolder.Of(TinyModels.Loop());
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { Cpu = new CpuQuantity(1000), Timeout = TimeSpan.FromMinutes(10) });
        using var client = new GrpcClient(server.Grpc);
        var running = client.CallAsync(GrpcClient.Infer, Steps(1_000_000_000_000), ("grpc-timeout", "4S"));
        await server.UntilAsync(() => server.Host.Runs.Free == 0, "the run is taken");
        var late = client.CallAsync(GrpcClient.Infer, Steps(1), ("grpc-timeout", "1S"));
        await server.UntilAsync(() => server.Waiting == 1, "one waits");
        (await late).Status.ShouldBe(DeadlineExceeded);
        (await running).Status.ShouldBe(DeadlineExceeded);
        server.Waiting.ShouldBe(0);
        (await server.MetricsAsync()).ShouldContain("fairlead_inference_duration_seconds_count 0\n");
    }

    [Fact]
    public async Task Calls_AreCountedAsOverRestAndOthersAreNot()
    {
        await _client.CallAsync(GrpcClient.Infer, Good());
        await _client.CallAsync(GrpcClient.Infer, Request());
        await _client.CallAsync(GrpcClient.Infer, new ProtoBytes().Text(1, "z"));
        await _client.CallAsync("grpc.health.v1.Health/Check", new ProtoBytes());
        var text = await _server.MetricsAsync();
        text.ShouldContain("code=\"200\"} 1\n");
        text.ShouldContain("code=\"400\"} 1\n");
        text.ShouldNotContain("code=\"404\"");
        text.ShouldContain("fairlead_request_duration_seconds_count 2\n");
        text.ShouldContain("fairlead_requests_in_flight 0\n");
    }

    [Fact]
    public async Task AnotherContentType_Is415()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{_server.Grpc}/x")) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new StringContent("{}") };
        using var response = await http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    private static ProtoBytes Request() => new ProtoBytes().Text(1, "m");

    private static ProtoBytes Steps(long steps) => Request()
        .Message(5, new ProtoBytes().Text(1, "steps").Text(2, "INT64").Message(5, new ProtoBytes().Number(3, steps)))
        .Message(5, new ProtoBytes().Text(1, "x").Text(2, "INT64").Number(3, 1).Message(5, new ProtoBytes().Number(3, 0)));

    private static ProtoBytes X() => new ProtoBytes().Text(1, "x").Text(2, "FP32").Bytes(3, [1, 2]);

    private static ProtoBytes Good() => Request().Message(5, X()).Bytes(7, Values);

    private static byte[] Gzip(byte[] message)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(message);
        return packed.ToArray();
    }
}

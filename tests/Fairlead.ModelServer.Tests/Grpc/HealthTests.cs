using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Grpc;

/// <summary><c>grpc.health.v1.Health</c> and the methods that tell of readiness.</summary>
public sealed class HealthTests
{
    private const string Check = "grpc.health.v1.Health/Check";
    private const string Watch = "grpc.health.v1.Health/Watch";
    private const ulong Serving = 1;
    private const ulong NotServing = 2;

    [Theory]
    [InlineData("")]
    [InlineData("inference.GRPCInferenceService")]
    public async Task ReadyServer_Serves(string service)
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await using var server = await TestServer.StartAsync(folder.Path);
        using var client = new GrpcClient(server.Grpc);
        (await client.CallAsync(Check, new ProtoBytes().Text(1, service))).Fields.ShouldHaveSingleItem().Number.ShouldBe(Serving);
        (await client.CallAsync("inference.GRPCInferenceService/ServerReady", new ProtoBytes())).Fields.ShouldHaveSingleItem().Number.ShouldBe(1ul);
        (await client.CallAsync("inference.GRPCInferenceService/ModelReady", new ProtoBytes().Text(1, "m").Text(2, "1.0.0"))).Fields.ShouldHaveSingleItem().Number.ShouldBe(1ul);
        (await client.CallAsync("inference.GRPCInferenceService/ModelReady", new ProtoBytes().Text(1, "z"))).Status.ShouldBe(5);
        (await client.CallAsync(Check, new ProtoBytes().Text(1, "z"))).Status.ShouldBe(5);
    }

    [Fact]
    public async Task RefusedModel_IsLiveAndNotServingAndUnavailableWithTheReason()
    {
        using var folder = PackedFolder.Of([1, 2, 3]);
        await using var server = await TestServer.StartAsync(folder.Path);
        using var client = new GrpcClient(server.Grpc);
        (await client.CallAsync("inference.GRPCInferenceService/ServerLive", new ProtoBytes())).Fields.ShouldHaveSingleItem().Number.ShouldBe(1ul);
        (await client.CallAsync(Check, new ProtoBytes())).Fields.ShouldHaveSingleItem().Number.ShouldBe(NotServing);
        (await client.CallAsync("inference.GRPCInferenceService/ServerReady", new ProtoBytes())).Message.ShouldBeEmpty();
        foreach (var method in new[] { GrpcClient.Infer, "inference.GRPCInferenceService/ModelMetadata" })
        {
            var reply = await client.CallAsync(method, new ProtoBytes().Text(1, "m"));
            reply.Status.ShouldBe(14);
            reply.Error.ShouldContain("FL2214");
        }
    }

    [Fact]
    public async Task Watch_TellsOfTheDrainAndEndsWithTheServer()
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await using var server = await TestServer.StartAsync(folder.Path);
        using var client = new GrpcClient(server.Grpc);
        using var response = await client.OpenAsync(Watch, GrpcClient.Frame([]));
        await using var stream = await response.Content.ReadAsStreamAsync();
        (await StatusAsync(stream)).ShouldBe(Serving);

        var drained = server.DrainAsync();
        (await StatusAsync(stream)).ShouldBe(NotServing);
        (await stream.ReadAsync(new byte[1])).ShouldBe(0);
        response.TrailingHeaders.GetValues("grpc-status").ShouldBe(["14"]);
        await drained;
    }

    [Fact]
    public async Task WatchOfAnUnknownService_SaysSoAndStaysOpen()
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await using var server = await TestServer.StartAsync(folder.Path);
        using var client = new GrpcClient(server.Grpc);
        using var response = await client.OpenAsync(Watch, GrpcClient.Frame(new ProtoBytes().Text(1, "z").ToArray()));
        await using var stream = await response.Content.ReadAsStreamAsync();
        (await StatusAsync(stream)).ShouldBe(3ul);
    }

    [Fact]
    public async Task CallsDuringADrain_AreStillAnswered()
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await using var server = await TestServer.StartAsync(folder.Path);
        using var client = new GrpcClient(server.Grpc);
        var message = new ProtoBytes().Text(1, "m").Message(5, new ProtoBytes().Text(1, "x").Text(2, "FP32").Bytes(3, [1, 2])).Bytes(7, new byte[8]);
        (await client.CallAsync(GrpcClient.Infer, message)).Status.ShouldBe(0);
        var drained = server.DrainAsync();
        for (var i = 0; i < 5; i++) (await client.CallAsync(GrpcClient.Infer, message)).Status.ShouldBe(0);
        (await client.CallAsync(Check, new ProtoBytes())).Fields.ShouldHaveSingleItem().Number.ShouldBe(NotServing);
        await drained;
    }

    private static async Task<ulong> StatusAsync(Stream stream)
    {
        var frame = new byte[7];
        await stream.ReadExactlyAsync(frame);
        return GrpcReply.FieldsOf(frame[5..]).ShouldHaveSingleItem().Number;
    }
}

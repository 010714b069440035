namespace Fairlead.ModelServer.Tests.Grpc;

/// <summary>What a client and a protobuf reader that are not ours make of the answers: <c>tests/grpc-js/client.js</c>.</summary>
public sealed class GrpcJsTests
{
    [Fact]
    public async Task ClientOfItsOwnLibrary_GetsWhatItAskedFor()
    {
        var seen = await ForeignClient.RunAsync("node", "GrpcJsClient");

        foreach (var key in new[] { "live", "ready", "model_ready", "many" }) seen.GetProperty(key).GetBoolean().ShouldBeTrue(key);
        seen.GetProperty("server").GetProperty("name").GetString().ShouldBe("fairlead-server");
        var model = seen.GetProperty("model");
        model.GetProperty("versions").GetRawText().ShouldBe("""["1.0.0"]""");
        model.GetProperty("inputs").GetRawText().ShouldBe("""[{"shape":[-1,2],"name":"x","datatype":"FP32"}]""");
        model.GetProperty("outputs").GetRawText().ShouldBe("""[{"shape":[-1,2],"name":"y","datatype":"FP32"}]""");
        seen.GetProperty("check").GetString().ShouldBe("SERVING");
        seen.GetProperty("watch").GetString().ShouldBe("SERVING");
        seen.GetProperty("typed").GetRawText().ShouldBe("""{"id":"7","outputs":[["y","FP32",[1,2],[3,-4]]],"raw":0}""");
        seen.GetProperty("raw").GetRawText().ShouldBe("""[["3","NaN"]]""");
        seen.GetProperty("large").GetInt32().ShouldBe(2000);
        seen.GetProperty("unknown_model").GetRawText().ShouldBe("""{"code":5,"details":"There is no model 'é%' here; this is 'm'."}""");
        seen.GetProperty("wrong_shape").GetProperty("code").GetInt32().ShouldBe(3);
        seen.GetProperty("wrong_shape").GetProperty("details").GetString()!.ShouldContain("'x' is 8 bytes");
        seen.GetProperty("too_large").GetInt32().ShouldBe(8);
        seen.GetProperty("too_large_unpacked").GetInt32().ShouldBe(8);
        seen.GetProperty("late").GetInt32().ShouldBe(4);
    }
}

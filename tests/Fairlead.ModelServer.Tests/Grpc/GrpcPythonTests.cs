namespace Fairlead.ModelServer.Tests.Grpc;

/// <summary>What gRPC's C library makes of the answers: <c>tests/grpc-python/client.py</c>.</summary>
public sealed class GrpcPythonTests
{
    private const string Python = "/usr/bin/python3";

    [FactWhereGrpcio]
    public async Task ClientOfGrpcsOwnLibrary_GetsWhatItAskedFor()
    {
        var seen = await ForeignClient.RunAsync(Python, "GrpcPythonClient");
        seen.GetProperty("live").GetRawText().ShouldBe("[[1, 1]]");
        seen.GetProperty("index").GetRawText().ShouldBe("""["m", "1.0.0", "READY"]""");
        seen.GetProperty("health").GetRawText().ShouldBe("[[1, 1]]");
        seen.GetProperty("values").GetRawText().ShouldBe("[3.0, -4.0]");
        seen.GetProperty("gzip").GetBoolean().ShouldBeTrue();
        seen.GetProperty("many").GetBoolean().ShouldBeTrue();
        seen.GetProperty("unknown_model")[0].GetString().ShouldBe("NOT_FOUND");
        seen.GetProperty("unknown_model")[1].GetString().ShouldBe("There is no model 'é%' here; this is 'm'.");
        seen.GetProperty("wrong_shape").GetString().ShouldBe("INVALID_ARGUMENT");
        seen.GetProperty("too_large").GetString().ShouldBe("RESOURCE_EXHAUSTED");
        seen.GetProperty("too_large_unpacked").GetString().ShouldBe("RESOURCE_EXHAUSTED");
        seen.GetProperty("unknown_method").GetString().ShouldBe("UNIMPLEMENTED");
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class FactWhereGrpcioAttribute : FactAttribute
    {
        public FactWhereGrpcioAttribute()
        {
            if (!Directory.Exists("/usr/lib/python3/dist-packages/grpc") || !File.Exists(Python)) Skip = "gRPC for Python is not installed: apt-get install python3-grpcio";
        }
    }
}

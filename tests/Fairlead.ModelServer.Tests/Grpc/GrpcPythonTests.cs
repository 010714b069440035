using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Fairlead.Core.Units;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Grpc;

/// <summary>What gRPC's C library makes of the answers: <c>tests/grpc-python/client.py</c>.</summary>
public sealed class GrpcPythonTests
{
    private const string Python = "/usr/bin/python3";

    [FactWhereGrpcio]
    public async Task ClientOfGrpcsOwnLibrary_GetsWhatItAskedFor()
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { MaxBody = new ByteSize(1 << 20) });
        var script = typeof(GrpcPythonTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "GrpcPythonClient").Value!;
        var (exitCode, output, errors) = await RunAsync(script, server.Grpc.ToString());
        exitCode.ShouldBe(0, errors);

        var seen = JsonElement.Parse(output);
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

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Python, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var deadline = new CancellationTokenSource(TestServer.Patience);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, output, await errors);
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

using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Fairlead.Core.Units;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Grpc;

/// <summary>A gRPC client that is not ours: a program that calls a server and prints what it saw as JSON.</summary>
internal static class ForeignClient
{
    /// <param name="script">The name that the build gives the client's file.</param>
    /// <returns>What it saw of a server for the model that doubles, with a limit of 1 MiB.</returns>
    public static async Task<JsonElement> RunAsync(string program, string script)
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { MaxBody = new ByteSize(1 << 20) });
        var file = typeof(ForeignClient).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == script).Value!;
        using var process = Process.Start(new ProcessStartInfo(program, [file, server.Grpc.ToString()]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var deadline = new CancellationTokenSource(TestServer.Patience);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        process.ExitCode.ShouldBe(0, await errors);
        return JsonElement.Parse(output);
    }
}

using System.Diagnostics;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.Models;
using Fairlead.Testing.Skipping;

namespace Fairlead.ModelServer.Tests.Metrics;

public sealed class PromtoolTests
{
    [FactWhereProgram("promtool", "apt-get install prometheus")]
    public async Task CheckMetrics_FindsNothing()
    {
        using var folder = PackedFolder.Of(TinyModels.Double(), d => d with { Labels = new Dictionary<string, IReadOnlyList<string>> { ["y"] = ["small", "large"] }, Reference = "reference.csv" });
        await File.WriteAllTextAsync(folder.PathOf("reference.csv"), "x[0],x[1]\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"{i},{-i}\n")));
        await using var server = await TestServer.StartAsync(folder.Path);
        await server.UntilAsync(() => server.Log.Contains("\"event\":2215", StringComparison.Ordinal), "the reference is read");
        for (var i = 0; i < 120; i++) await server.OutputsAsync("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[0.125,0.375]}]}""");
        await server.RefusedAsync("{");
        var metrics = await server.MetricsAsync();
        metrics.ShouldContain("fairlead_feature_shift{");
        metrics.ShouldContain("fairlead_prediction_shift{");
        metrics.ShouldContain("fairlead_prediction_score_count{model=\"m\",output=\"y\"} 120\n");

        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await promtool.StandardInput.WriteAsync(metrics);
        promtool.StandardInput.Close();
        var said = await promtool.StandardError.ReadToEndAsync() + await promtool.StandardOutput.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        said.ShouldBeEmpty();
        promtool.ExitCode.ShouldBe(0);
    }
}

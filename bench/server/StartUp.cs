using System.IO.Compression;

namespace Fairlead.Bench.Server;

/// <summary>From the start of the process to the first correct answer, what it takes of memory then, and how large the program is.</summary>
internal static class StartUp
{
    public static async Task RunAsync(Workspace workspace, Report report, BenchOptions options)
    {
        var model = SmallTensor.Model(workspace);
        var body = Body.Json(workspace, "X", [1, 2], [5.1f, 3.5f]);
        var (times, resident) = (new List<double>(), 0.0);
        for (var run = 0; run <= options.Rounds * 2; run++)
        {
            var start = TimeProvider.System.GetTimestamp();
            await using var server = await Subject.FairleadAsync(model);
            while (!await server.AnswersAsync(body)) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);

            // The first run fills the file cache and is not counted.
            if (run > 0) times.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
            resident = Math.Max(resident, server.ResidentMegabytes);
        }

        times.Sort();
        report.AtMost("start to the first correct answer, median", times[times.Count / 2], 300, "ms");
        report.AtMost("resident after the first answer, the largest", resident, 80, "MB");
        report.AtMost("the published server", new FileInfo(Workspace.ModelServer).Length / 1e6, 40, "MB");
        report.AtMost("the published server, gzip", await PackedAsync() / 1e6, 16, "MB");
    }

    private static async Task<long> PackedAsync()
    {
        await using var file = File.OpenRead(Workspace.ModelServer);
        await using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) await file.CopyToAsync(gzip);
        return packed.Length;
    }
}

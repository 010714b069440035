using System.Globalization;
using System.Text.Json;
using Fairlead.Testing;
using Fairlead.Testing.Examples;
using Fairlead.Testing.Programs;

namespace Fairlead.Bench.MainJob;

/// <summary>The first request of a deployment that runs nothing, and where its time goes.</summary>
internal static class ColdStart
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task MeasureAsync(FigureTable table, int runs, string engine)
    {
        var home = Subject.NewHome();
        await using (home.ConfigureAwait(false))
        {
            var example = Example();
            await home.SucceedAsync("up", example, "-d", "--engine", engine).ConfigureAwait(false);
            var parts = new List<Parts>();
            // The first run fills the file cache and is not counted.
            for (var run = 0; run <= runs; run++)
            {
                var parted = await MeasureAsync(home).ConfigureAwait(false);
                if (run > 0) parts.Add(parted);
            }

            await home.SucceedAsync("down", "--all").ConfigureAwait(false);
            Directory.Delete(example, recursive: true);
            var name = $"first request when idle, {engine} (median of {runs})";
            table.Add($"{name}: answered", Median(parts, p => p.Answered), 60, "s");
            table.Add($"{name}: it waits → the controller has written that one is wanted", Median(parts, p => p.Woken), 60, "s");
            table.Add($"{name}: → the engine has started it", Median(parts, p => p.Started), 60, "s");
            table.Add($"{name}: → it says itself that it is ready", Median(parts, p => p.Ready), 60, "s");
            table.Add($"{name}: → the controller has seen it", Median(parts, p => p.Seen), 60, "s");
            table.Add($"{name}: → the answer is there", Median(parts, p => p.Last), 60, "s");
            // The autoscaler's start-up is from the order on: on Docker the daemon's making and starting of the container is in it.
            table.Add($"{name}: all but the start-up as the policy counts it, the median", Median(parts, p => p.Answered - p.Started - p.Ready), 0.2, "s");
            table.Add($"{name}: all but the start-up as the policy counts it, the largest", parts.Max(p => p.Answered - p.Started - p.Ready), 0.2, "s");
            table.Add($"{name}: all but the program's own start-up, the median", Median(parts, p => p.Answered - p.Ready), 0.2, "s");
            table.Add($"{name}: all but the program's own start-up, the largest", parts.Max(p => p.Answered - p.Ready), 0.2, "s");
        }
    }

    private static async Task<Parts> MeasureAsync(FairleadHomeUnderTest home)
    {
        await home.SucceedAsync("scale", "penguins", "0").ConfigureAwait(false);
        // What was stopped gives the processor back.
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System).ConfigureAwait(false);
        var sent = TimeProvider.System.GetUtcNow();
        if (!await PenguinRequests.AnswersAsync(home).ConfigureAwait(false)) throw new InvalidOperationException("The first request was not answered rightly.");
        var answered = TimeProvider.System.GetUtcNow();
        var (woken, started, seen, ready) = (default(DateTimeOffset), default(DateTimeOffset), default(DateTimeOffset), default(DateTimeOffset));
        var told = await Eventually.BecomesAsync(async () =>
        {
            (woken, started, seen) = (await EventAsync(home, "woken").ConfigureAwait(false), await EventAsync(home, "replica_started").ConfigureAwait(false), await EventAsync(home, "replica_ready").ConfigureAwait(false));
            ready = await ReadyAsync(home).ConfigureAwait(false);
            return woken >= sent && started >= woken && ready >= started && seen >= started;
        }, Patience).ConfigureAwait(false);
        if (!told) throw new TimeoutException($"Events and log do not tell when it started: sent {sent:O}, woken {woken:O}, started {started:O}, ready {ready:O}, seen {seen:O}.");
        return new Parts((answered - sent).TotalSeconds, (woken - sent).TotalSeconds, (started - woken).TotalSeconds, (ready - started).TotalSeconds, (seen - ready).TotalSeconds, (answered - seen).TotalSeconds);
    }

    private static async Task<DateTimeOffset> EventAsync(FairleadHomeUnderTest home, string kind)
    {
        var events = await home.RunAsync("events", "--output", "json").ConfigureAwait(false);
        return Times(events.Output, kind).LastOrDefault();
    }

    // In its own log, in the words of the model server.
    private static async Task<DateTimeOffset> ReadyAsync(FairleadHomeUnderTest home)
    {
        var logs = await home.RunAsync("logs", "penguins", "--output", "json").ConfigureAwait(false);
        return Times(logs.Output, "golden cases match").LastOrDefault();
    }

    private static IEnumerable<DateTimeOffset> Times(string lines, string word) =>
        lines.Split('\n').Where(l => l.Contains(word, StringComparison.Ordinal)).Select(l =>
        {
            using var line = JsonDocument.Parse(l);
            return DateTimeOffset.Parse(line.RootElement.GetProperty("time").GetString()!, CultureInfo.InvariantCulture);
        });

    private static double Median(List<Parts> parts, Func<Parts, double> part) => parts.Select(part).Order().ElementAt(parts.Count / 2);

    private static string Example()
    {
        var folder = Directory.CreateTempSubdirectory("fl-cold-").FullName;
        foreach (var file in Directory.EnumerateFiles(Subject.Example)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        var manifest = Path.Combine(folder, "fairlead.yaml");
        File.WriteAllText(manifest, File.ReadAllText(manifest)
            .Replace("scale: {min: 2}", "scale: {min: 0, cooldown: 1h, targets: {in_flight: 8}}", StringComparison.Ordinal)
            .Replace("timeout: 2s", "timeout: 1m", StringComparison.Ordinal));
        return folder;
    }

    private sealed record Parts(double Answered, double Woken, double Started, double Ready, double Seen, double Last);
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Cli.Load;

namespace Fairlead.Bench.ZeroDrop;

/// <param name="Bound">The most that may fail.</param>
internal sealed record Stage(string Name, double Seconds, long Requests, long Failed, long Bound, long Refused)
{
    public bool Holds => Failed <= Bound && Refused == 0;
}

internal sealed record ZeroDropReport(string Engine, bool Met, long Requests, long Failed, double ProbeP50Milliseconds, double ProbeP99Milliseconds, double ProbeMaxMilliseconds, IReadOnlyList<Stage> Stages);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ZeroDropReport))]
internal sealed partial class ZeroDropJson : JsonSerializerContext;

/// <summary>What clients saw in each stage.</summary>
internal sealed class StageTable(Traffic traffic)
{
    private readonly List<Stage> _stages = [];

    public IReadOnlyList<Stage> Stages => _stages;

    public async Task RunAsync(string name, Func<Task> stage) => await RunAsync(name, async () =>
    {
        await stage().ConfigureAwait(false);
        return 0L;
    }).ConfigureAwait(false);

    /// <param name="stage">Returns how many requests may fail in it.</param>
    public async Task RunAsync(string name, Func<Task<long>> stage)
    {
        var (start, answered, failed) = (TimeProvider.System.GetTimestamp(), traffic.Answered, traffic.Failures.Count);
        var bound = await stage().ConfigureAwait(false);
        List<LoadFailure> failures = [.. traffic.Failures.Skip(failed)];
        var seen = new Stage(name, TimeProvider.System.GetElapsedTime(start).TotalSeconds, traffic.Answered - answered + failures.Count, failures.Count, bound, failures.Count(f => f.Kind == LoadFailureKind.Refused));
        _stages.Add(seen);
        foreach (var failure in failures.GroupBy(f => $"{f.Kind} {f.Status} {f.Detail}").OrderByDescending(g => g.Count()).Take(5)) Console.Error.WriteLine($"{name}: {failure.Count()} × {failure.Key}");
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {seen.Failed} failed of {seen.Requests} in {seen.Seconds:0.0} s"));
    }

    public void Print(ZeroDropReport report, TextWriter output)
    {
        output.WriteLine("| stage | seconds | requests | failed | may fail | refused | |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var s in _stages) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {s.Name} | {s.Seconds:0.0} | {s.Requests} | {s.Failed} | {s.Bound} | {s.Refused} | {(s.Holds ? "met" : "NOT MET")} |"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| all, but the last | | {report.Requests} | {report.Failed} | 0 | | {(report.Met ? "met" : "NOT MET")} |"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Probes at a constant rate: p50 {report.ProbeP50Milliseconds:0.0} ms, p99 {report.ProbeP99Milliseconds:0.0} ms, the slowest {report.ProbeMaxMilliseconds:0.0} ms."));
        output.WriteLine(JsonSerializer.Serialize(report, ZeroDropJson.Default.ZeroDropReport));
    }
}

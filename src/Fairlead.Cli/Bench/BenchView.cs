using System.Globalization;
using Fairlead.Cli.Load;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Bench;

/// <summary>The report as a table and a sentence. Pure.</summary>
internal static class BenchView
{
    private static readonly Column[] Columns =
    [
        new("RATE", Right: true), new("REQUESTS", Keep: 3, Right: true), new("FAILED", Right: true), new("P50", Right: true), new("P95", Right: true), new("P99", Right: true),
        new("P99.9", Keep: 4, Right: true), new("MAX", Keep: 5, Right: true), new("SENT LATE", Keep: 6, Right: true), new("TARGET", Keep: 1), new("FAILURES", Keep: 2),
    ];

    public static IEnumerable<string> Render(BenchReport report, int width, Paint paint)
    {
        var service = report.Service;
        yield return string.Create(CultureInfo.InvariantCulture, $"One request at a time: p50 {Measures.Latency(service.P50)}, p95 {Measures.Latency(service.P95)} ({service.Requests} requests)");
        if (report.Runs.Count > 0)
        {
            yield return "";
            foreach (var line in Table.Render(Columns, [.. report.Runs.Select(r => Row(r, paint))], width, paint)) yield return line;
        }

        if (report.HighestRate is { } highest)
        {
            yield return "";
            yield return Verdict(report, highest);
        }

        if (report.Profile is { } file) yield return $"Service times are in {file}; 'fairlead simulate --service-time {file}' takes them.";
    }

    /// <summary>One line for a run that is over, while others follow.</summary>
    public static string Progress(BenchRun run) => string.Create(
        CultureInfo.InvariantCulture, $"{(run.Rate is { } rate ? $"{Measures.Rate(rate)}/s" : "load")}: p95 {Measures.Latency(run.P95)}, {run.Failed} of {run.Sent} failed");

    private static string Verdict(BenchReport report, double highest)
    {
        var target = $"p95 {Measures.Latency(report.TargetP95)}";
        return highest > 0
            ? $"{Measures.Rate(highest)} requests/s is the highest rate found that keeps {target}."
            : $"No rate keeps {target}: an answer takes {Measures.Latency(report.Service.P95)} (p95) when nothing else is asked.";
    }

    private static IReadOnlyList<Cell> Row(BenchRun run, Paint paint) =>
    [
        (run.Rate is { } rate ? $"{Measures.Rate(rate)}/s" : "–"), Measures.Count(run.Sent), new(Measures.Count(run.Failed), run.Failed > 0 ? paint.Bad : null),
        Measures.Latency(run.P50), Measures.Latency(run.P95), Measures.Latency(run.P99), Measures.Latency(run.P999), Measures.Latency(run.Max), Measures.Latency(run.Lateness),
        run.Kept switch { true => new Cell("kept", paint.Good), false => new Cell("missed", paint.Bad), null => new Cell("") },
        Failures(run),
    ];

    private static string Failures(BenchRun run) =>
        string.Join(", ", run.Outcomes.Where(static o => o.Key != LoadTally.Ok).Select(static o => string.Create(CultureInfo.InvariantCulture, $"{o.Value} × {o.Key}")));
}

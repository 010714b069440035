using System.Globalization;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Drilling;

internal static class DrillView
{
    private static readonly Column[] Columns =
        [new("FAULT"), new("DETECTED", Right: true), new("RECOVERED", Right: true), new("FAILED", Right: true), new("REQUESTS", Right: true), new("NOTE", 1, Least: 30)];

    public static IReadOnlyList<string> Render(DrillReport report, int width, Paint paint) =>
    [
        .. Table.Render(Columns, [.. report.Faults.Select(f => Row(f, paint))], width, paint),
        "",
        string.Create(CultureInfo.InvariantCulture, $"{report.Failed} failed of {report.Requests} requests at {report.Rate} a second; p50 {report.P50Milliseconds:0.0} ms, p99 {report.P99Milliseconds:0.0} ms."),
    ];

    private static IReadOnlyList<Cell> Row(DrillResult result, Paint paint) => result.Skipped is { } why
        ? [result.Fault, "–", "–", "–", "–", new($"skipped: {why}", paint.Faint)]
        :
        [
            result.Fault, Seconds(result.DetectedSeconds), result.RecoveredSeconds is null ? new Cell("never", paint.Bad) : Seconds(result.RecoveredSeconds),
            new($"{result.Failed}", result.Failed > 0 ? paint.Bad : null), $"{result.Requests}", result.FirstFailure ?? "",
        ];

    private static string Seconds(double? seconds) => seconds is { } s ? string.Create(CultureInfo.InvariantCulture, $"{s:0.00} s") : "–";
}

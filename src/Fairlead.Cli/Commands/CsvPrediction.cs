using System.Globalization;
using Fairlead.Cli.Output;
using Fairlead.Cli.Prediction;

namespace Fairlead.Cli.Commands;

internal sealed record CsvOptions(string File, string? Label, string? Out);

/// <summary><c>predict --csv</c>: reads the file, scores it, compares and writes.</summary>
internal static class CsvPrediction
{
    public static async Task<int> RunAsync(CommandContext context, GatewayClient gateway, CsvOptions options, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        Csv csv;
        try
        {
            csv = Csv.Parse(await File.ReadAllTextAsync(context.FullPath(options.File), cancellationToken));
        }
        catch (FormatException e)
        {
            return terminal.Fail(PredictProblems.BadCsv(options.File, e.Message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return terminal.Fail(CliProblems.CannotReadFile(options.File, e.Message));
        }

        int? label = options.Label is null ? null : ColumnMatch.ColumnOf(csv.Header, options.Label);
        if (label < 0) return terminal.Fail(PredictProblems.NoLabelColumn(options.File, options.Label!, Nearest.Of(options.Label!, csv.Header)), ExitCode.Usage);
        var asked = await gateway.GetMetadataAsync(cancellationToken);
        if (!asked.TryGet(out var model)) return terminal.Fail(asked.Problems);
        var matched = ColumnMatch.Find(options.File, csv, model, label);
        if (!matched.TryGet(out var columns)) return terminal.Fail(matched.Problems, ExitCode.Usage);

        var run = new CsvRun(gateway, model, csv, columns);
        await ProgressBar.ShowAsync(terminal, context.Time, csv.Rows.Count, () => run.Done, run.RunAsync(cancellationToken));
        if (options.Out is not null && !TryWrite(context, options.Out, csv, run.Predictions)) return ExitCode.Failed;
        return Report(context, run, Scoring.Report(run.Predictions, label is null ? null : [.. csv.Rows.Select(r => r[label.Value])], options.Out));
    }

    private static int Report(CommandContext context, CsvRun run, PredictReport report)
    {
        context.Terminal.Data(report, c => c.PredictReport);
        var accuracy = report.Accuracy is null ? "" : string.Create(CultureInfo.InvariantCulture, $", {report.Correct} of {report.Rows - report.Failed} correct: accuracy {report.Accuracy:P2}");
        context.Terminal.Result($"{report.Rows} rows, {report.Failed} failed{accuracy}");
        if (run.FirstProblem is not { } problem) return ExitCode.Done;
        // With JSON the report is on stdout already; one document is enough there.
        if (context.Terminal.Json) context.Host.Error.WriteLine(PredictProblems.RowsFailed(report.Failed, report.Rows, problem.Message));
        else context.Terminal.Fail(PredictProblems.RowsFailed(report.Failed, report.Rows, problem.Message));
        return ExitCode.Failed;
    }

    private static bool TryWrite(CommandContext context, string file, Csv csv, IReadOnlyList<RowPrediction?> predictions)
    {
        try
        {
            File.WriteAllLines(context.FullPath(file), csv.Rows.Zip(predictions, (row, p) => Csv.Line([.. row, p?.Text ?? ""])).Prepend(Csv.Line([.. csv.Header, "prediction"])));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            context.Terminal.Fail(CliProblems.CannotWriteFile(file, e.Message));
            return false;
        }
    }
}

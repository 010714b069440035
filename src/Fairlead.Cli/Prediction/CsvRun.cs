using System.Text.Json;
using Fairlead.Core.Results;

namespace Fairlead.Cli.Prediction;

/// <summary>Scores a CSV file row by row, several requests in flight.</summary>
internal sealed class CsvRun(GatewayClient gateway, ModelMetadata model, Csv csv, IReadOnlyList<InputColumns> columns)
{
    /// <summary>Enough to keep a few replicas busy, few enough to leave other clients their share.</summary>
    private const int InFlight = 8;

    private readonly RowPrediction?[] _predictions = new RowPrediction?[csv.Rows.Count];
    private readonly Problem?[] _problems = new Problem?[csv.Rows.Count];
    private int _done;

    /// <summary>Null where the row failed.</summary>
    public IReadOnlyList<RowPrediction?> Predictions => _predictions;

    /// <summary>What the first failed row failed of.</summary>
    public Problem? FirstProblem => _problems.FirstOrDefault(p => p is not null);

    public int Done => Volatile.Read(ref _done);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, csv.Rows.Count, options, async (row, token) =>
        {
            var predicted = await PredictAsync(row, token);
            if (predicted.TryGet(out var prediction)) _predictions[row] = prediction;
            else _problems[row] = predicted.Problems[0];
            Interlocked.Increment(ref _done);
        });
    }

    private async Task<Result<RowPrediction>> PredictAsync(int row, CancellationToken cancellationToken)
    {
        var built = InferRequest.FromRow(csv.Rows[row], row + 1, csv.Header, columns);
        if (!built.TryGet(out var request)) return Result.Fail<RowPrediction>(built.Problems);
        var asked = await gateway.InferAsync(request, cancellationToken);
        if (!asked.TryGet(out var document)) return Result.Fail<RowPrediction>(asked.Problems);
        try
        {
            return Answer.Read(document, model);
        }
        catch (JsonException e)
        {
            return PredictProblems.Refused($"row {row + 1}", 200, e.Message);
        }
    }
}

using System.Globalization;

namespace Fairlead.Cli.Prediction;

/// <param name="Correct">Null without a label to compare with.</param>
/// <param name="Accuracy">Correct of those predicted, in [0, 1]; null without a label, or when none was predicted.</param>
/// <param name="Failed">Rows without a prediction.</param>
internal sealed record PredictReport(int Rows, int? Correct, double? Accuracy, int Failed, string? Out);

/// <summary>Compares predictions with what was true. Pure.</summary>
internal static class Scoring
{
    /// <param name="truth">A class's name, or its number.</param>
    public static bool IsCorrect(RowPrediction prediction, string truth)
    {
        truth = truth.Trim();
        if (string.Equals(prediction.Text, truth, StringComparison.Ordinal)) return true;
        if (!double.TryParse(truth, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return false;
        if (prediction.Class is { } index) return number.Equals(index);
        return double.TryParse(prediction.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value.Equals(number);
    }

    /// <param name="predictions">Null for a row that failed.</param>
    /// <param name="truths">Null without a label.</param>
    public static PredictReport Report(IReadOnlyList<RowPrediction?> predictions, IReadOnlyList<string>? truths, string? outFile)
    {
        var failed = predictions.Count(p => p is null);
        int? correct = truths is null ? null : predictions.Zip(truths).Count(p => p.First is not null && IsCorrect(p.First, p.Second));
        double? accuracy = correct is null || failed == predictions.Count ? null : (double)correct.Value / (predictions.Count - failed);
        return new PredictReport(predictions.Count, correct, accuracy, failed, outFile);
    }
}

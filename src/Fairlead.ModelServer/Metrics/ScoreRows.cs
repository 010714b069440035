using System.Runtime.InteropServices;
using Fairlead.Onnx;
using Fairlead.Telemetry.Metrics;

namespace Fairlead.ModelServer.Metrics;

/// <summary>
/// The largest probability of each row of an FP output [rows, classes]. A row counts when it is one of probabilities: none
/// negative and a sum of 1. Logits and distances have no scale that buckets could share.
/// </summary>
internal static class ScoreRows
{
    // An answer of many rows is a sample in itself; more would cost more than it says.
    private const int MostRows = 16;
    private const double Tolerance = 0.01;

    public static bool MayHold(TensorInfo output) =>
        output.Type is (TensorType.Float32 or TensorType.Float64) && output.Shape.Count == 2 && output.Shape[1] is (< 0 or > 1);

    public static void Observe(OnnxOutput output, Histogram histogram)
    {
        if (output.Shape is not [var rows, > 1 and <= 1000 and var columns] || rows <= 0) return;
        var step = Math.Max(1, rows / MostRows) * columns;
        if (output.Type == TensorType.Float32) Observe(MemoryMarshal.Cast<byte, float>(output.Bytes), (int)columns, (int)step, histogram, static v => v);
        else Observe(MemoryMarshal.Cast<byte, double>(output.Bytes), (int)columns, (int)step, histogram, static v => v);
    }

    private static void Observe<T>(ReadOnlySpan<T> values, int columns, int step, Histogram histogram, Func<T, double> number)
    {
        for (var at = 0; at < values.Length; at += step)
        {
            double sum = 0, largest = 0, smallest = 0;
            foreach (var value in values.Slice(at, columns))
            {
                var score = number(value);
                sum += score;
                largest = Math.Max(largest, score);
                smallest = Math.Min(smallest, score);
            }

            if (smallest >= 0 && Math.Abs(sum - 1) <= Tolerance) histogram.Observe(Math.Min(largest, 1));
        }
    }
}

using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using Fairlead.Core.Models;
using Fairlead.Onnx;
using Fairlead.Telemetry.Metrics;

namespace Fairlead.ModelServer.Metrics;

/// <summary>
/// Counts what the model predicts: the largest of a row of scores, the class that an integer names, or a text. Outputs
/// without labels are counted only when they are text. Values beyond the labels are counted as <c>other</c>.
/// </summary>
internal sealed class PredictionCounters
{
    private readonly FrozenDictionary<string, LabelCounters> _outputs;
    private readonly FrozenDictionary<string, Histogram> _scores;

    public PredictionCounters(ModelDescriptor descriptor, IReadOnlyList<TensorInfo> outputs, ServerMetrics metrics)
    {
        var counters = new Dictionary<string, LabelCounters>();
        var labels = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var output in outputs)
        {
            var names = descriptor.Labels.TryGetValue(output.Name, out var given) ? given : output.Classes;
            if (names is null && output.Type != TensorType.String) continue;
            if (names is not null) labels[output.Name] = names;
            counters[output.Name] = new LabelCounters(metrics.Predictions, descriptor.Name, output.Name, names ?? []);
        }

        Labels = labels;
        _outputs = counters.ToFrozenDictionary(StringComparer.Ordinal);
        _scores = outputs.Where(ScoreRows.MayHold).ToFrozenDictionary(o => o.Name, o => metrics.PredictionScore.With(descriptor.Name, o.Name), StringComparer.Ordinal);
    }

    /// <summary>Names of classes by output, from the manifest or the model itself.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Labels { get; }

    public void Count(OnnxOutputs outputs)
    {
        if (_outputs.Count == 0 && _scores.Count == 0) return;
        for (var i = 0; i < outputs.Count; i++)
        {
            if (_outputs.TryGetValue(outputs[i].Name, out var counters)) Count(outputs[i], counters);
            if (_scores.TryGetValue(outputs[i].Name, out var scores)) ScoreRows.Observe(outputs[i], scores);
        }
    }

    private static void Count(OnnxOutput output, LabelCounters counters)
    {
        switch (output.Type)
        {
            case TensorType.String:
                foreach (var value in output.ToTensor().Strings) counters.Add(Encoding.UTF8.GetString(value));
                break;
            case TensorType.Int64:
                foreach (var index in MemoryMarshal.Cast<byte, long>(output.Bytes)) counters.Add(index);
                break;
            case TensorType.Int32:
                foreach (var index in MemoryMarshal.Cast<byte, int>(output.Bytes)) counters.Add(index);
                break;
            case TensorType.Float32:
                CountRows(MemoryMarshal.Cast<byte, float>(output.Bytes), output, counters);
                break;
            case TensorType.Float64:
                CountRows(MemoryMarshal.Cast<byte, double>(output.Bytes), output, counters);
                break;
            default:
                break;
        }
    }

    private static void CountRows<T>(ReadOnlySpan<T> scores, OnnxOutput output, LabelCounters counters)
        where T : unmanaged, IComparable<T>
    {
        var columns = output.Shape.Count > 0 ? output.Shape[^1] : 0;
        if (columns != counters.Labels) return;
        for (; scores.Length >= columns; scores = scores[(int)columns..])
        {
            var best = 0;
            for (var i = 1; i < columns; i++)
            {
                if (scores[i].CompareTo(scores[best]) > 0) best = i;
            }

            counters.Add(best);
        }
    }
}

using Fairlead.Onnx;

namespace Fairlead.ModelServer.Drift;

/// <summary>
/// Compares what comes in and goes out with the reference. A request that finds another one here is passed over: it is a
/// sample in any case, and no request ever waits.
/// </summary>
internal sealed class DriftMonitor(DriftSeries inputs, DriftSeries[] outputs)
{
    private readonly Lock _gate = new();

    /// <param name="given">In the model's order.</param>
    public void Observe(IReadOnlyList<NamedTensor?> given, OnnxOutputs got)
    {
        if (!_gate.TryEnter()) return;
        try
        {
            ObserveInputs(given);
            ObserveOutputs(got);
        }
        finally
        {
            _gate.Exit();
        }
    }

    public void Publish()
    {
        lock (_gate)
        {
            inputs.Publish();
            foreach (var series in outputs) series.Publish();
        }
    }

    private void ObserveInputs(IReadOnlyList<NamedTensor?> given)
    {
        var rows = long.MaxValue;
        foreach (var column in inputs.Columns) rows = Math.Min(rows, given[column.Tensor]?.Tensor is { Shape.Count: > 0 } tensor ? tensor.Shape[0] : 0);
        var taken = inputs.Begin(inputs.Columns.Length == 0 ? 0 : rows);
        if (taken.Count == 0) return;
        for (var i = 0; i < inputs.Columns.Length; i++)
        {
            var tensor = given[inputs.Columns[i].Tensor]!.Tensor;
            inputs.Add(i, tensor.Bytes.Span, tensor.Strings, taken);
        }
    }

    // A request may ask for some of the outputs, in any order.
    private void ObserveOutputs(OnnxOutputs got)
    {
        foreach (var series in outputs)
        {
            var column = series.Columns[0];
            if (Find(got, column) is not { Shape.Count: > 0 } output || ElementsOf(output) != output.Shape[0] * column.Width) continue;
            var taken = series.Begin(output.Shape[0]);
            if (taken.Count > 0) series.Add(0, output.Bytes, output.Type == TensorType.String ? output.ToTensor().Strings : [], taken);
        }
    }

    private static OnnxOutput? Find(OnnxOutputs outputs, DriftColumn column)
    {
        if (column.Tensor < outputs.Count && outputs[column.Tensor].Name == column.Name) return outputs[column.Tensor];
        for (var i = 0; i < outputs.Count; i++)
        {
            if (outputs[i].Name == column.Name) return outputs[i];
        }

        return null;
    }

    private static long ElementsOf(OnnxOutput output)
    {
        var elements = 1L;
        for (var i = 0; i < output.Shape.Count; i++) elements *= output.Shape[i];
        return elements;
    }
}

using Fairlead.Onnx;
using Fairlead.Telemetry.Drift;

namespace Fairlead.ModelServer.Drift;

/// <summary>
/// What the model predicts for the reference: its rows are run in small batches once the model serves, bounded in rows and
/// time so that requests of that moment hardly notice. A first window of real requests as the reference would call
/// a model that has drifted before its deployment normal.
/// </summary>
internal sealed class PredictionBaseline(OnnxModel onnx, ReferenceFile reference, TimeProvider time)
{
    private const int MostRows = 1000;
    private const int Batch = 16;
    private const int MostClasses = 1000;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(2);

    private readonly Dictionary<int, Collected> _outputs = [];

    public int Rows { get; private set; }

    /// <exception cref="OnnxException">The model does not take the rows.</exception>
    public IReadOnlyList<(DriftColumn Column, FeatureProfile Profile)> Run(CancellationToken cancellationToken)
    {
        var whole = Enumerable.Range(0, reference.Rows).Where(r => !reference.Inputs.Any(i => i.Missing[r])).ToArray();
        var step = Math.Max(1, (whole.Length + MostRows - 1) / MostRows);
        int[] rows = [.. whole.Where((_, i) => i % step == 0)];
        var (batch, isFixed) = BatchSize();
        var started = time.GetTimestamp();
        for (var at = 0; at < rows.Length && time.GetElapsedTime(started) < MostTime; at += batch)
        {
            var size = Math.Min(batch, rows.Length - at);
            if (size < batch && isFixed) break;
            using var outputs = onnx.Evaluate(reference.Inputs.Select(i => Rowset(i, rows.AsSpan(at, size))).ToArray(), null, cancellationToken);
            for (var i = 0; i < outputs.Count; i++) Collect(i, outputs[i], size);
            Rows += size;
        }

        return Rows < ReferenceFile.LeastRows ? [] : [.. _outputs.Values.Where(o => o.Rows == Rows).Select(o => (o.Column, o.Profile()))];
    }

    // The smallest of the fixed first sizes: with two that differ the model refuses the rows, and that is reported.
    private (int Rows, bool Fixed) BatchSize()
    {
        var size = reference.Inputs.Min(i => i.Input.Shape[0] < 0 ? long.MaxValue : i.Input.Shape[0]);
        return size == long.MaxValue ? (Batch, false) : ((int)Math.Clamp(size, 1, int.MaxValue), true);
    }

    private static NamedTensor Rowset(ReferenceInput input, ReadOnlySpan<int> rows)
    {
        long[] shape = [rows.Length, .. input.Input.Shape.Skip(1)];
        if (input.Input.Type == TensorType.String)
        {
            var texts = new List<byte[]>();
            foreach (var row in rows) texts.AddRange(input.Tensor.Strings.Skip(row * input.Width).Take(input.Width));
            return new NamedTensor(input.Input.Name, Tensor.OfStrings(shape, texts));
        }

        var length = input.Width * input.Input.Type.ElementSize();
        var bytes = new byte[rows.Length * length];
        for (var i = 0; i < rows.Length; i++) input.Tensor.Bytes.Span.Slice(rows[i] * length, length).CopyTo(bytes.AsSpan(i * length));
        return new NamedTensor(input.Input.Name, Tensor.OfBytes(input.Input.Type, shape, bytes));
    }

    // One value a row is a prediction; of a row of numbers with fractions, up to a thousand, the largest is.
    private void Collect(int position, OnnxOutput output, int rows)
    {
        if (output.Shape.Count == 0 || output.Shape[0] != rows) return;
        var elements = output.Shape.Aggregate(1L, static (product, size) => product * size);
        var width = elements / rows;
        var scores = output.Shape.Count == 2 && width is > 1 and <= MostClasses && output.Type is (TensorType.Float32 or TensorType.Float64);
        if (width != 1 && !scores) return;
        if (!_outputs.TryGetValue(position, out var collected))
        {
            collected = _outputs[position] = new Collected(new DriftColumn(output.Name, position, output.Type, (int)width, scores ? RowValue.Largest : RowValue.Element));
        }

        if (collected.Column.Width == width) collected.Add(output, rows);
    }

    private sealed class Collected(DriftColumn column)
    {
        private readonly List<byte> _bytes = [];
        private readonly List<byte[]> _texts = [];

        public DriftColumn Column { get; } = column;

        public int Rows { get; private set; }

        public void Add(OnnxOutput output, int rows)
        {
            _bytes.AddRange(output.Bytes);
            if (output.Type == TensorType.String) _texts.AddRange(output.ToTensor().Strings);
            Rows += rows;
        }

        public FeatureProfile Profile() => Column.ProfileOf(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes), _texts, Rows);
    }
}

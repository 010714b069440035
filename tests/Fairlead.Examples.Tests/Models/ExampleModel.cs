using System.Runtime.InteropServices;
using Fairlead.Onnx;
using Fairlead.Training.Files;

namespace Fairlead.Examples.Tests.Models;

/// <summary>A committed model in ONNX Runtime.</summary>
internal sealed class ExampleModel(string example) : IDisposable
{
    internal OnnxModel Onnx { get; } = OnnxModel.Load(Path.Combine(ExamplesFolder.Find(), example, $"{example}.onnx"), new OnnxOptions());

    internal IReadOnlyList<NamedTensor> Run(params IEnumerable<NamedTensor> inputs) => Onnx.Run([.. inputs], null, CancellationToken.None);

    /// <summary>The class of every row, through the output that is named as the CSV's last column.</summary>
    internal long[] Classify(CsvRows table)
    {
        var label = table.Header[^1];
        var inputs = Onnx.Inputs.Select(input => Floats(input.Name, [table.Rows.Count, input.Shape[1]], Columns(table, input.Name)));
        return [.. Run(inputs).Single(o => o.Name == label).Tensor.AsSpan<long>()];
    }

    internal static NamedTensor Floats(string name, long[] shape, IEnumerable<float> values) =>
        new(name, Tensor.OfBytes(TensorType.Float32, shape, MemoryMarshal.AsBytes<float>(values.ToArray()).ToArray()));

    public void Dispose() => Onnx.Dispose();

    /// <summary>The column of that name, or the columns <c>name[0]</c>, <c>name[1]</c>, …</summary>
    private static IEnumerable<float> Columns(CsvRows table, string input)
    {
        var columns = Enumerable.Range(0, table.Header.Length).Where(c => table.Header[c] == input || table.Header[c].StartsWith($"{input}[", StringComparison.Ordinal)).ToArray();
        return table.Rows.SelectMany(row => columns.Select(c => float.Parse(row[c])));
    }
}

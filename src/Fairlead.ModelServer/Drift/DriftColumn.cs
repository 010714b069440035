using Fairlead.Onnx;
using Fairlead.Telemetry.Drift;

namespace Fairlead.ModelServer.Drift;

internal enum RowValue
{
    /// <summary>One element of the row.</summary>
    Element,

    /// <summary>The mean of the row's elements, and their standard deviation: for rows too wide to measure one by one.</summary>
    Mean,
    Deviation,

    /// <summary>The position of the row's largest element.</summary>
    Largest,
}

/// <summary>What is taken from each row of one tensor.</summary>
/// <param name="Tensor">The tensor's position among the inputs or outputs.</param>
/// <param name="Width">Elements of a row.</param>
/// <param name="Element">Within the row.</param>
internal sealed record DriftColumn(string Name, int Tensor, TensorType Type, int Width, RowValue Value, int Element = 0)
{
    /// <summary>In elements that are looked up in their bins; adding an element up costs less.</summary>
    public int Cost => Value == RowValue.Element ? 1 : 1 + (Width / 16);

    public double NumberAt(ReadOnlySpan<byte> bytes, int row) => Value switch
    {
        RowValue.Element => Elements.Read(Type, bytes, (row * Width) + Element),
        RowValue.Largest => LargestOf(bytes, row * Width),
        _ => StatisticOf(bytes, row * Width),
    };

    public FeatureProfile ProfileOf(ReadOnlySpan<byte> bytes, IReadOnlyList<byte[]> texts, int rows, bool[]? missing = null)
    {
        if (Type == TensorType.String)
        {
            return ProfileBuilder.OfTexts(Name, [.. Enumerable.Range(0, rows).Select(r => System.Text.Encoding.UTF8.GetString(texts[(r * Width) + Element]))]);
        }

        var values = new double[rows];
        for (var row = 0; row < rows; row++) values[row] = missing?[row] == true ? double.NaN : NumberAt(bytes, row);
        return ProfileBuilder.OfNumbers(Name, values, whole: Value == RowValue.Largest || (Value == RowValue.Element && Elements.IsWhole(Type)));
    }

    private int LargestOf(ReadOnlySpan<byte> bytes, int start)
    {
        var largest = 0;
        for (var i = 1; i < Width; i++)
        {
            if (Elements.Read(Type, bytes, start + i) > Elements.Read(Type, bytes, start + largest)) largest = i;
        }

        return largest;
    }

    private double StatisticOf(ReadOnlySpan<byte> bytes, int start)
    {
        double sum = 0, squares = 0;
        for (var i = 0; i < Width; i++)
        {
            var value = Elements.Read(Type, bytes, start + i);
            sum += value;
            squares += value * value;
        }

        var mean = sum / Width;
        return Value == RowValue.Mean ? mean : Math.Sqrt(Math.Max(0, (squares / Width) - (mean * mean)));
    }
}

using Fairlead.Training.Numerics;

namespace Fairlead.Training.Networks;

/// <param name="Side">Rows and columns of the square picture.</param>
/// <param name="Channels">Values per place.</param>
public readonly record struct Picture(int Side, int Channels)
{
    public int Size => Side * Side * Channels;
}

/// <summary>
/// A square convolution without padding. Pictures are [row, column, channel] and weights [row, column, channel, filter],
/// so that the inner loop runs over the filters, which lie side by side.
/// </summary>
public sealed class Convolution : Layer
{
    public Convolution(Picture from, int filters, int kernel, int stride, Pcg32 random)
        : base(from.Size, After(from, filters, kernel, stride).Size)
    {
        (From, To, Kernel, Stride) = (from, After(from, filters, kernel, stride), kernel, stride);
        Weights = new Parameter(kernel * kernel * from.Channels * filters);
        Bias = new Parameter(filters);
        Weights.Scatter(random, kernel * kernel * from.Channels);
    }

    public Picture From { get; }

    public Picture To { get; }

    public int Kernel { get; }

    public int Stride { get; }

    public Parameter Weights { get; }

    public Parameter Bias { get; }

    public override IReadOnlyList<Parameter> Parameters => [Weights, Bias];

    internal override void Forward(ReadOnlySpan<double> x, Span<double> y)
    {
        for (var place = 0; place < To.Side * To.Side; place++)
        {
            var filters = y.Slice(place * To.Channels, To.Channels);
            Bias.Values.CopyTo(filters);
            for (var row = 0; row < Kernel; row++)
            {
                var pixels = x.Slice(LineStart(place, row), Line);
                for (var i = 0; i < Line; i++) Kernels.AddScaled(filters, pixels[i], Filters(Weights.Values, (row * Line) + i));
            }
        }
    }

    internal override void Backward(ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dx)
    {
        dx.Clear();
        for (var place = 0; place < To.Side * To.Side; place++)
        {
            var filters = dy.Slice(place * To.Channels, To.Channels);
            if (!filters.ContainsAnyExcept(0.0)) continue;
            Kernels.AddScaled(Bias.Gradient, 1, filters);
            for (var row = 0; row < Kernel; row++)
            {
                var start = LineStart(place, row);
                BackwardLine(x.Slice(start, Line), filters, dx.IsEmpty ? dx : dx.Slice(start, Line), row * Line);
            }
        }
    }

    /// <summary>Values in one row of the kernel: they lie side by side in the picture too.</summary>
    private int Line => Kernel * From.Channels;

    private void BackwardLine(ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dx, int weights)
    {
        for (var i = 0; i < x.Length; i++)
        {
            Kernels.AddScaled(Filters(Weights.Gradient, weights + i), x[i], dy);
            if (!dx.IsEmpty) dx[i] += Kernels.Dot(Filters(Weights.Values, weights + i), dy);
        }
    }

    private int LineStart(int place, int row)
    {
        var (top, left) = (place / To.Side * Stride, place % To.Side * Stride);
        return (((top + row) * From.Side) + left) * From.Channels;
    }

    private Span<double> Filters(double[] values, int index) => values.AsSpan(index * To.Channels, To.Channels);

    private static Picture After(Picture from, int filters, int kernel, int stride) => new(((from.Side - kernel) / stride) + 1, filters);
}

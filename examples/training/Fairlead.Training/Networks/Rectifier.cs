namespace Fairlead.Training.Networks;

/// <summary>y = max(x, 0).</summary>
public sealed class Rectifier(int size) : Layer(size, size)
{
    internal override void Forward(ReadOnlySpan<double> x, Span<double> y)
    {
        for (var i = 0; i < x.Length; i++) y[i] = x[i] > 0 ? x[i] : 0;
    }

    internal override void Backward(ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dx)
    {
        if (dx.IsEmpty) return;
        for (var i = 0; i < x.Length; i++) dx[i] = x[i] > 0 ? dy[i] : 0;
    }
}

using Fairlead.Training.Numerics;

namespace Fairlead.Training.Networks;

/// <summary>y = xW + b, with W as [inputs, outputs].</summary>
public sealed class Dense : Layer
{
    public Dense(int inputs, int outputs, Pcg32 random)
        : base(inputs, outputs)
    {
        Weights = new Parameter(inputs * outputs);
        Bias = new Parameter(outputs);
        Weights.Scatter(random, inputs);
    }

    public Parameter Weights { get; }

    public Parameter Bias { get; }

    public override IReadOnlyList<Parameter> Parameters => [Weights, Bias];

    internal override void Forward(ReadOnlySpan<double> x, Span<double> y)
    {
        Bias.Values.CopyTo(y);
        for (var i = 0; i < x.Length; i++) Kernels.AddScaled(y, x[i], Row(Weights.Values, i));
    }

    internal override void Backward(ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dx)
    {
        Kernels.AddScaled(Bias.Gradient, 1, dy);
        for (var i = 0; i < x.Length; i++)
        {
            Kernels.AddScaled(Row(Weights.Gradient, i), x[i], dy);
            if (!dx.IsEmpty) dx[i] = Kernels.Dot(Row(Weights.Values, i), dy);
        }
    }

    private Span<double> Row(double[] values, int input) => values.AsSpan(input * Outputs, Outputs);
}

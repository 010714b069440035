namespace Fairlead.Training.Networks;

/// <summary>One step from inputs to scores, for one sample at a time. Holds no state of a sample.</summary>
public abstract class Layer(int inputs, int outputs)
{
    public int Inputs { get; } = inputs;

    public int Outputs { get; } = outputs;

    public virtual IReadOnlyList<Parameter> Parameters => [];

    /// <param name="x">The inputs.</param>
    /// <param name="y">Overwritten with the outputs.</param>
    internal abstract void Forward(ReadOnlySpan<double> x, Span<double> y);

    /// <summary>Adds to the parameters' gradients.</summary>
    /// <param name="x">What <see cref="Forward"/> was given.</param>
    /// <param name="dy">The loss's gradient at the outputs.</param>
    /// <param name="dx">Overwritten with the gradient at the inputs; empty when nobody needs it.</param>
    internal abstract void Backward(ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dx);
}

using Fairlead.Training.Numerics;

namespace Fairlead.Training.Networks;

/// <summary>What a layer learns, with its gradient summed over a batch and the velocity of the descent.</summary>
public sealed class Parameter(int size)
{
    private readonly double[] _velocity = new double[size];

    public double[] Values { get; } = new double[size];

    public double[] Gradient { get; } = new double[size];

    /// <summary>Uniform in ±√(6 / inputs): the variance that ReLU keeps from layer to layer (He et al. 2015).</summary>
    public void Scatter(Pcg32 random, int inputs)
    {
        var bound = Math.Sqrt(6.0 / inputs);
        for (var i = 0; i < Values.Length; i++) Values[i] = random.Between(-bound, bound);
    }

    /// <summary>One step of gradient descent with momentum; the gradient is cleared.</summary>
    internal void Step(Descent descent, int batch)
    {
        for (var i = 0; i < Values.Length; i++)
        {
            var gradient = (Gradient[i] / batch) + (descent.Decay * Values[i]);
            _velocity[i] = (descent.Momentum * _velocity[i]) - (descent.Rate * gradient);
            Values[i] += _velocity[i];
            Gradient[i] = 0;
        }
    }

    /// <summary>Makes the values those that the file will hold, so that what is measured is what is shipped.</summary>
    internal void Round()
    {
        for (var i = 0; i < Values.Length; i++) Values[i] = Exact.Round(Values[i]);
    }
}

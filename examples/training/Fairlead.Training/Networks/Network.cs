using Fairlead.Training.Numerics;

namespace Fairlead.Training.Networks;

/// <summary>Layers in a row with a softmax at the end. One sample at a time, on one thread.</summary>
public sealed class Network
{
    private readonly Layer[] _layers;
    private readonly double[][] _values;
    private readonly double[][] _gradients;

    public Network(params Layer[] layers)
    {
        for (var i = 1; i < layers.Length; i++)
        {
            if (layers[i].Inputs != layers[i - 1].Outputs) throw new ArgumentException($"Layer {i} takes {layers[i].Inputs} values and gets {layers[i - 1].Outputs}.", nameof(layers));
        }

        _layers = layers;
        _values = [.. layers.Select(l => new double[l.Outputs])];
        _gradients = [.. layers.Select(l => new double[l.Outputs])];
    }

    /// <summary>The classes' probabilities.</summary>
    public double[] Predict(ReadOnlySpan<double> input)
    {
        Forward(input);
        return [.. _values[^1]];
    }

    /// <summary>Adds the gradient of the cross entropy of one sample.</summary>
    public void Learn(ReadOnlySpan<double> input, int label)
    {
        Forward(input);
        _values[^1].CopyTo(_gradients[^1], 0);
        _gradients[^1][label] -= 1; // of softmax and cross entropy together, at the scores
        for (var i = _layers.Length - 1; i > 0; i--) _layers[i].Backward(_values[i - 1], _gradients[i], _gradients[i - 1]);
        _layers[0].Backward(input, _gradients[0], []);
    }

    /// <summary>Goes down the mean gradient of the samples learnt since the last step.</summary>
    public void Step(Descent descent, int batch)
    {
        foreach (var parameter in _layers.SelectMany(l => l.Parameters)) parameter.Step(descent, batch);
    }

    /// <summary>Rounds all parameters to what the model file will hold.</summary>
    public void Round()
    {
        foreach (var parameter in _layers.SelectMany(l => l.Parameters)) parameter.Round();
    }

    private void Forward(ReadOnlySpan<double> input)
    {
        _layers[0].Forward(input, _values[0]);
        for (var i = 1; i < _layers.Length; i++) _layers[i].Forward(_values[i - 1], _values[i]);
        Exact.Softmax(_values[^1]);
    }
}

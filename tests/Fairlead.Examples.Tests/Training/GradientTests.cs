using Fairlead.Training.Networks;
using Fairlead.Training.Numerics;

namespace Fairlead.Examples.Tests.Training;

/// <summary>What a layer says its gradient is, against what moving a value a little does to the loss.</summary>
public sealed class GradientTests
{
    private const double Nudge = 1e-6;

    [Fact]
    public void GradientsOfADenseNetwork_MatchDifferences()
    {
        var random = new Pcg32(3);
        Check(inputs: 5, new Dense(5, 4, random), new Rectifier(4), new Dense(4, 3, random));
    }

    [Fact]
    public void GradientsOfAConvolutionalNetwork_MatchDifferences()
    {
        var random = new Pcg32(4);
        var first = new Convolution(new Picture(9, 2), filters: 3, kernel: 3, stride: 2, random);
        var second = new Convolution(first.To, filters: 4, kernel: 2, stride: 1, random);
        Check(first.Inputs, first, new Rectifier(first.Outputs), second, new Rectifier(second.Outputs), new Dense(second.Outputs, 3, random));
    }

    [Fact]
    public void LayersThatDoNotFit_AreRefused() =>
        Should.Throw<ArgumentException>(() => new Network(new Dense(5, 4, new Pcg32(1)), new Dense(3, 2, new Pcg32(1))))
            .Message.ShouldContain("takes 3 values and gets 4");

    private static void Check(int inputs, params Layer[] layers)
    {
        var random = new Pcg32(8);
        var input = Enumerable.Range(0, inputs).Select(_ => random.Between(-1, 1)).ToArray();
        var network = new Network(layers);
        network.Learn(input, label: 1);

        foreach (var parameter in layers.SelectMany(l => l.Parameters))
        {
            for (var i = 0; i < parameter.Values.Length; i++)
            {
                parameter.Gradient[i].ShouldBe(Difference(network, input, ref parameter.Values[i]), 1e-5);
            }
        }
    }

    private static double Difference(Network network, double[] input, ref double value)
    {
        var before = value;
        value = before + Nudge;
        var above = -Math.Log(network.Predict(input)[1]);
        value = before - Nudge;
        var below = -Math.Log(network.Predict(input)[1]);
        value = before;
        return (above - below) / (2 * Nudge);
    }
}

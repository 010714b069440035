using Fairlead.Training.Graphs;
using Fairlead.Training.Networks;
using Fairlead.Training.Numerics;
using Fairlead.Training.Samples;

namespace Penguins.Train;

/// <summary>Softmax regression over standardised measurements.</summary>
internal sealed class PenguinModel
{
    private const int Rounds = 3000;
    private static readonly Descent Descent = new(Rate: 0.5, Momentum: 0.9, Decay: 0.001);
    private readonly Dense _layer;
    private readonly Network _network;

    private PenguinModel(float[] means, float[] deviations, Dense layer) =>
        (Means, Deviations, _layer, _network) = (means, deviations, layer, new Network(layer));

    internal float[] Means { get; }

    internal float[] Deviations { get; }

    /// <summary>[measurements, species].</summary>
    internal float[] Weights => Exact.Round(_layer.Weights.Values);

    internal float[] Bias => Exact.Round(_layer.Bias.Values);

    internal static PenguinModel Train(IReadOnlyList<Sample> samples)
    {
        var columns = Enumerable.Range(0, PenguinData.Features.Length).Select(f => samples.Select(s => s.Values[f]).ToArray()).ToArray();
        var means = columns.Select(c => Exact.Round(c.Sum() / c.Length)).ToArray();
        var deviations = columns.Select((c, f) => Exact.Round(Math.Sqrt(c.Sum(v => (v - means[f]) * (v - means[f])) / c.Length))).ToArray();

        // Convex: where the weights start decides nothing but the number of rounds.
        var model = new PenguinModel(means, deviations, new Dense(columns.Length, PenguinData.Species.Length, new Pcg32(1)));
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var sample in samples) model._network.Learn(model.Standardise(sample.Values), sample.Label);
            model._network.Step(Descent, samples.Count);
        }

        model._network.Round();
        return model;
    }

    /// <summary>The species' probabilities.</summary>
    internal double[] Predict(ReadOnlySpan<double> measurements) => _network.Predict(Standardise(measurements));

    internal Score Measure(IEnumerable<Sample> samples) =>
        Score.Measure(_network, samples.Select(s => s with { Values = Standardise(s.Values) }));

    internal byte[] ToOnnx()
    {
        var graph = new OnnxGraph("penguins");
        var inputs = PenguinData.Features.Select(f => graph.Input(f.Input, ElementType.Float32, "batch", 1)).ToArray();
        var columns = graph.Node("Concat", "measurements", inputs, new NodeAttribute("axis", 1));
        var centred = graph.Node("Sub", "centred", [columns, graph.Constant("means", Means, 1, Means.Length)]);
        var standardised = graph.Node("Div", "standardised", [centred, graph.Constant("deviations", Deviations, 1, Deviations.Length)]);
        var weights = graph.Constant("weights", Weights, Means.Length, PenguinData.Species.Length);
        var scores = graph.Node("Gemm", "scores", [standardised, weights, graph.Constant("bias", Bias, PenguinData.Species.Length)]);
        var probabilities = graph.Node("Softmax", "probabilities", [scores], new NodeAttribute("axis", 1));
        var species = graph.Node("ArgMax", "species", [probabilities], new NodeAttribute("axis", 1), new NodeAttribute("keepdims", 0));
        graph.Output(species, ElementType.Int64, "batch");
        graph.Output(probabilities, ElementType.Float32, "batch", PenguinData.Species.Length);
        return graph.ToModel("The species of a Palmer penguin (0 Adelie, 1 Chinstrap, 2 Gentoo) from four measurements: softmax regression.");
    }

    private double[] Standardise(ReadOnlySpan<double> measurements)
    {
        var standardised = new double[measurements.Length];
        for (var f = 0; f < standardised.Length; f++) standardised[f] = (measurements[f] - Means[f]) / Deviations[f];
        return standardised;
    }
}

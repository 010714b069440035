using Fairlead.Training.Files;
using Fairlead.Training.Numerics;
using Fairlead.Training.Samples;

namespace Penguins.Train;

/// <summary>Everything that the example's folder holds and that comes from the data.</summary>
internal static class PenguinExample
{
    private const double HeldOutShare = 0.3;
    private const ulong Seed = 2026;

    internal static ExampleFiles Build(string examplesFolder)
    {
        var split = Split.Stratified(PenguinData.Read(examplesFolder), HeldOutShare, Seed);
        var model = PenguinModel.Train(split.Training);
        var inputs = PenguinData.Features.Select(f => f.Input).ToArray();
        var files = new Dictionary<string, byte[]>
        {
            ["penguins/penguins.onnx"] = model.ToOnnx(),
            ["penguins/golden.json"] = GoldenFile.Write("0.0001", Golden(model, split.HeldOut)),
            ["penguins/reference.csv"] = CsvText.Write(inputs, split.Training.Select(s => s.Values.Select(CsvText.Number))),
            ["penguins/holdout.csv"] = CsvText.Write([.. inputs, "species"], split.HeldOut.Select(s => s.Values.Select(CsvText.Number).Append(PenguinData.Species[s.Label]))),
            ["custom-python/model.json"] = PenguinWeights.Write(model),
        };
        return new ExampleFiles(files, [$"penguins: trained on {split.Training.Count}; held out: {model.Measure(split.HeldOut)}"]);
    }

    /// <summary>Two held-out penguins of each species, the one that the model is least sure of, and a request with three rows.</summary>
    private static List<GoldenCase> Golden(PenguinModel model, IReadOnlyList<Sample> heldOut)
    {
        var cases = new List<GoldenCase>();
        var bySpecies = heldOut.GroupBy(s => s.Label).Select(g => g.ToArray()).ToArray();
        foreach (var group in bySpecies)
        {
            for (var i = 0; i < 2; i++) cases.Add(Case($"{PenguinData.Species[group[0].Label]} {i + 1}", model, [group[i]]));
        }

        cases.Add(Case("the least certain", model, [heldOut.MinBy(s => model.Predict(s.Values).Max())!]));
        cases.Add(Case("one of each in one request", model, [.. bySpecies.Select(g => g[2])]));
        return cases;
    }

    private static GoldenCase Case(string name, PenguinModel model, IReadOnlyList<Sample> rows)
    {
        var answers = rows.Select(r => model.Predict(r.Values)).ToArray();
        return new GoldenCase(
            name,
            [.. PenguinData.Features.Select((f, i) => new GoldenTensor(f.Input, "FP32", [rows.Count, 1], [.. rows.Select(r => r.Values[i])]))],
            [
                new GoldenTensor("species", "INT64", [rows.Count], [.. answers.Select(a => (double)Exact.ArgMax(a))]),
                new GoldenTensor("probabilities", "FP32", [rows.Count, PenguinData.Species.Length], [.. answers.SelectMany(a => a)]),
            ]);
    }
}

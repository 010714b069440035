using Fairlead.Training.Files;
using Fairlead.Training.Numerics;
using Fairlead.Training.Samples;

namespace Digits.Train;

/// <summary>Everything that the example's folder holds and that comes from the data.</summary>
internal static class DigitExample
{
    private const double HeldOutShare = 0.2;
    private const ulong Seed = 2026;

    // The data set weighs 21 MB as text: the repository holds every fifth held-out row and every fortieth of the others.
    private const int HeldOutStep = 5;
    private const int ReferenceStep = 40;

    internal static ExampleFiles Build(string examplesFolder, Action<string> progress)
    {
        var split = Split.Stratified(DigitData.Read(examplesFolder), HeldOutShare, Seed);
        var model = DigitModel.Train(split.Training, progress);
        var committed = Every(HeldOutStep, split.HeldOut);
        var inputs = Enumerable.Range(0, DigitData.Pixels).Select(p => $"pixels[{p}]").ToArray();
        var files = new Dictionary<string, byte[]>
        {
            ["digits/digits.onnx"] = DigitGraph.Write(model),
            ["digits/golden.json"] = GoldenFile.Write("0.0001", Golden(model, split.HeldOut)),
            ["digits/reference.csv"] = CsvText.Write(inputs, Every(ReferenceStep, split.Training).Select(s => s.Values.Select(CsvText.Number))),
            ["digits/holdout.csv"] = CsvText.Write([.. inputs, "digit"], committed.Select(s => s.Values.Select(CsvText.Number).Append($"{s.Label}"))),
        };
        return new ExampleFiles(files,
        [
            $"digits: trained on {split.Training.Count}; held out: {model.Measure(split.HeldOut)}",
            $"digits: of these in holdout.csv: {model.Measure(committed)}",
        ]);
    }

    private static Sample[] Every(int step, IEnumerable<Sample> samples) => [.. samples.Where((_, i) => i % step == 0)];

    /// <summary>One held-out picture of each digit, and a request with two.</summary>
    private static List<GoldenCase> Golden(DigitModel model, IReadOnlyList<Sample> heldOut)
    {
        var first = heldOut.GroupBy(s => s.Label).Select(g => g.First()).ToArray();
        return [.. first.Select(s => Case($"a {s.Label}", model, [s])), Case("a 3 and an 8 in one request", model, [first[3], first[8]])];
    }

    private static GoldenCase Case(string name, DigitModel model, IReadOnlyList<Sample> rows)
    {
        var answers = rows.Select(r => model.Predict(r.Values)).ToArray();
        return new GoldenCase(
            name,
            [new GoldenTensor("pixels", "FP32", [rows.Count, DigitData.Pixels], [.. rows.SelectMany(r => r.Values)])],
            [
                new GoldenTensor("digit", "INT64", [rows.Count], [.. answers.Select(a => (double)Exact.ArgMax(a))]),
                new GoldenTensor("probabilities", "FP32", [rows.Count, DigitData.Classes], [.. answers.SelectMany(a => a)]),
            ]);
    }
}

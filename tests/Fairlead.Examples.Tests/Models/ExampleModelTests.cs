using Fairlead.Onnx;
using Fairlead.Training.Files;

namespace Fairlead.Examples.Tests.Models;

/// <summary>The committed models in ONNX Runtime, against what the trainers computed without it.</summary>
public sealed class ExampleModelTests
{
    private static readonly string[] Species = ["Adelie", "Chinstrap", "Gentoo"];

    [Theory]
    [InlineData("penguins")]
    [InlineData("digits")]
    public void EveryGoldenCaseIsMatched(string example)
    {
        using var model = new ExampleModel(example);
        var golden = GoldenCases.Read(example);

        foreach (var item in golden.Cases)
        {
            var outputs = model.Run(item.Inputs.Select(i => ExampleModel.Floats(i.Name, i.Shape, i.Data.Select(d => (float)d))));

            outputs.Select(o => o.Name).ShouldBe(item.Outputs.Select(o => o.Name), item.Name);
            foreach (var (expected, actual) in item.Outputs.Zip(outputs)) ShouldMatch(expected, actual.Tensor, golden.Tolerance);
        }
    }

    [Fact]
    public void Penguins_OverTheHoldOut_HasTheAccuracyOfTheReadme()
    {
        using var model = new ExampleModel("penguins");
        var heldOut = CsvRows.Read("penguins", "holdout.csv");

        var right = model.Classify(heldOut).Zip(heldOut.Rows).Count(p => Species[p.First] == p.Second[^1]);

        ShouldBeReported("penguins", "held out", right, heldOut.Rows.Count, atLeast: 0.97);
    }

    [Fact]
    public void Digits_OverTheCommittedHoldOut_HasTheAccuracyOfTheReadme()
    {
        using var model = new ExampleModel("digits");
        var heldOut = CsvRows.Read("digits", "holdout.csv");

        var right = model.Classify(heldOut).Zip(heldOut.Rows).Count(p => p.First == long.Parse(p.Second[^1]));

        ShouldBeReported("digits", "in holdout.csv", right, heldOut.Rows.Count, atLeast: 0.96);
    }

    [Fact]
    public void TheInputsAreNamedAndTheirRowsAreFree()
    {
        using var penguins = new ExampleModel("penguins");
        using var digits = new ExampleModel("digits");

        penguins.Onnx.Inputs.Select(i => i.Name).ShouldBe(["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]);
        penguins.Onnx.Inputs.ShouldAllBe(i => i.Type == TensorType.Float32 && i.Shape.SequenceEqual(new long[] { -1, 1 }) && i.DimensionNames[0] == "batch");
        digits.Onnx.Inputs.Single().Shape.ShouldBe([-1, 784]);
        digits.Onnx.Outputs.Select(o => (o.Name, o.Type)).ShouldBe([("digit", TensorType.Int64), ("probabilities", TensorType.Float32)]);
    }

    private static void ShouldMatch(GoldenCases.Tensor expected, Tensor actual, double tolerance)
    {
        actual.Shape.ShouldBe(expected.Shape);
        if (expected.Datatype == "INT64") actual.AsSpan<long>().ToArray().Select(v => (double)v).ShouldBe(expected.Data);
        else actual.AsSpan<float>().ToArray().Zip(expected.Data).ShouldAllBe(p => Math.Abs(p.First - p.Second) <= tolerance);
    }

    private static void ShouldBeReported(string example, string what, int right, int of, double atLeast)
    {
        ((double)right / of).ShouldBeGreaterThanOrEqualTo(atLeast);
        File.ReadAllText(Path.Combine(ExamplesFolder.Find(), example, "README.md"))
            .ShouldContain($"{what}: {right} of {of} right ({100.0 * right / of:0.0} %)");
    }
}

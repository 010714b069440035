using Fairlead.Training.Files;

namespace Fairlead.Examples.Tests;

public sealed class CommittedFilesTests
{
    private static readonly string Folder = ExamplesFolder.Find();

    [Theory]
    [InlineData("penguins", 8)]
    [InlineData("digits", 11)]
    public void GoldenCases_HaveNamesOfTheirOwnAndShapesThatFitTheirData(string example, int cases)
    {
        var golden = GoldenCases.Read(example);

        golden.Tolerance.ShouldBeInRange(1e-6, 1e-3);
        golden.Cases.Count.ShouldBe(cases);
        golden.Cases.Select(c => c.Name).ShouldBeUnique();
        golden.Cases.SelectMany(c => c.Inputs.Concat(c.Outputs)).ShouldAllBe(t => t.Shape.Aggregate((a, b) => a * b) == t.Data.Length);
        golden.Cases.ShouldContain(c => c.Inputs[0].Shape[0] > 1, "a request with several rows");
    }

    [Theory]
    [InlineData("penguins", 240, 102)]
    [InlineData("digits", 200, 400)]
    public void ReferenceAndHoldOut_HaveTheSameColumnsAndNoRowInCommon(string example, int referenceRows, int heldOutRows)
    {
        var (reference, heldOut) = (CsvRows.Read(example, "reference.csv"), CsvRows.Read(example, "holdout.csv"));

        heldOut.Header[..^1].ShouldBe(reference.Header);
        reference.Rows.Count.ShouldBe(referenceRows);
        heldOut.Rows.Count.ShouldBe(heldOutRows);
        reference.Rows.Concat(heldOut.Rows.Select(r => r[..^1])).Select(r => string.Join(',', r)).ShouldBeUnique();
    }

    [Theory]
    [InlineData("digits/digits.onnx", 400_000)]
    [InlineData("digits/holdout.csv", 1_000_000)]
    [InlineData("digits/reference.csv", 500_000)]
    [InlineData("digits/golden.json", 50_000)]
    [InlineData("penguins/penguins.onnx", 2_000)]
    public void CommittedFiles_AreSmall(string path, long most) => new FileInfo(Path.Combine(Folder, path)).Length.ShouldBeInRange(1, most);

    [Fact]
    public void TheLockFileNamesNoRegistry() =>
        File.ReadAllText(Path.Combine(Folder, "package-lock.json")).ShouldNotContain("\"resolved\"");
}

using System.Text;
using Fairlead.Core.Models.Golden;

namespace Fairlead.Core.Tests.Models;

public sealed class GoldenReaderTests
{
    private const string Valid = """
        {"tolerance": 0.01, "cases": [{"name": "one", "request": {"inputs": []},
         "response": {"model_name": "m", "outputs": [{"name": "y", "datatype": "FP32", "shape": [2, 1], "data": [[1.5], [2]]}]}}]}
        """;

    [Fact]
    public void Read_ValidFile_GivesItsCases()
    {
        var file = Read(Valid).Value;

        file.Tolerance.ShouldBe(0.01);
        var golden = file.Cases.ShouldHaveSingleItem();
        golden.Name.ShouldBe("one");
        Encoding.UTF8.GetString(golden.Request.Span).ShouldBe("""{"inputs": []}""");
        var output = golden.Outputs.ShouldHaveSingleItem();
        (output.Name, output.Datatype).ShouldBe(("y", "FP32"));
        output.Shape.ShouldBe([2, 1]);
        output.Data.Select(d => d.GetDouble()).ShouldBe([1.5, 2]);
    }

    [Fact]
    public void Read_NoTolerance_TakesTheDefault() => Read(Valid.Replace("\"tolerance\": 0.01, ", "")).Value.Tolerance.ShouldBe(GoldenFile.DefaultTolerance);

    [Theory]
    [InlineData("not JSON", "{", "")]
    [InlineData("empty", "", "")]
    [InlineData("twice", """{"cases": [], "cases": []}""", "")]
    [InlineData("a list", "[]", "")]
    [InlineData("no cases", "{}", "cases")]
    [InlineData("no case", """{"cases": []}""", "cases")]
    [InlineData("unknown key", """{"cases": [], "tollerance": 1}""", "tollerance")]
    [InlineData("negative tolerance", """{"cases": [], "tolerance": -1}""", "tolerance")]
    [InlineData("no request", """{"cases": [{"name": "a", "response": {"outputs": []}}]}""", "cases/0/request")]
    [InlineData("no output", """{"cases": [{"name": "a", "request": {"inputs": []}, "response": {"outputs": []}}]}""", "cases/0/response/outputs")]
    public void Read_Invalid_SaysWhere(string name, string json, string path)
    {
        var problem = Read(json).Problems.ShouldHaveSingleItem(name);

        problem.At!.File.ShouldBe("golden.json");
        problem.At.Path.ShouldBe(path);
    }

    [Fact]
    public void Read_ShapeDoesNotFitData_SaysWhere() =>
        Read(Valid.Replace("[2, 1]", "[3, 1]")).Problems[0].At!.Path.ShouldBe("cases/0/response/outputs/0/data");

    [Theory]
    [InlineData(1.0, 1.0001, true)]
    [InlineData(1000.0, 1000.1, true)]
    [InlineData(1.0, 1.001, false)]
    [InlineData(0.0, 0.0001, true)]
    [InlineData(double.NaN, double.NaN, true)]
    [InlineData(1.0, double.NaN, false)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, true)]
    [InlineData(double.PositiveInfinity, 1.0, false)]
    public void Accepts_WithinAbsoluteAndRelativeTolerance(double expected, double actual, bool accepted) =>
        new GoldenFile(1e-4, []).Accepts(expected, actual).ShouldBe(accepted);

    private static Core.Results.Result<GoldenFile> Read(string json) => GoldenReader.Read(Encoding.UTF8.GetBytes(json), "golden.json");
}

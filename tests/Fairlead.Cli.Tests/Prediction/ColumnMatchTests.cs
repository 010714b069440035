using Fairlead.Cli.Prediction;

namespace Fairlead.Cli.Tests.Prediction;

public sealed class ColumnMatchTests
{
    private static readonly TensorMetadata Row = new("X", "FP32", [-1, 3]);
    private static readonly TensorMetadata Image = new("Input3", "FP32", [1, 1, 2, 2]);

    [Theory]
    [InlineData("a,b,c\n1,2,3\n", null, "0,1,2")]
    [InlineData("name,a,b,c,species\nx,1,2,3,Gentoo\n", null, "1,2,3")]
    [InlineData("a,b,c,class\n1,2,3,0\n", "class", "0,1,2")]
    [InlineData("a,b,c\n1,,3\n4,5,6\n", null, "0,1,2")]
    public void OneInput_TakesTheNumericColumnsInOrder(string csv, string? label, string columns)
    {
        var table = Csv.Parse(csv);

        var found = ColumnMatch.Find("f.csv", table, Model(Row), label is null ? null : ColumnMatch.ColumnOf(table.Header, label));

        found.Value.Single().Columns.ShouldBe(columns.Split(',').Select(int.Parse));
    }

    [Fact]
    public void SeveralInputs_AreFoundByNameWithoutRegardToCase()
    {
        var csv = Csv.Parse("Sex,fare,AGE,survived\nmale,7.25,22,0\n");

        var found = ColumnMatch.Find("f.csv", csv, Model(new("age", "FP32", [-1, 1]), new("sex", "BYTES", [-1, 1]), new("fare", "FP32", [-1])), 3);

        found.Value.Select(c => $"{c.Input.Name}={string.Join(',', c.Columns)}").ShouldBe(["age=2", "sex=0", "fare=1"]);
    }

    [Fact]
    public void AnImage_TakesAsManyColumnsAsItHasPixels() =>
        ColumnMatch.Find("f.csv", Csv.Parse("p0,p1,p2,p3,digit\n0,0,255,1,7\n"), Model(Image), 4).Value.Single().Columns.Count.ShouldBe(4);

    [Fact]
    public void WrongNumberOfColumns_SaysBothNumbers()
    {
        var problem = ColumnMatch.Find("f.csv", Csv.Parse("a,b\n1,2\n"), Model(Row), null).Problems.Single();

        problem.ToString().ShouldBe("FL6136: The columns of f.csv do not match the model's inputs: a row of 'X' is 3 values, and the file has 2 numeric columns. The model takes 'X' FP32[-1,3]; name a column after each input, or for one input give exactly its values' columns in order; --label leaves the column of the truth out.");
    }

    [Fact]
    public void MissingColumnOfSeveralInputs_NamesThem() =>
        ColumnMatch.Find("f.csv", Csv.Parse("age\n1\n"), Model(new("age", "FP32", [-1]), new("fare", "FP32", [-1])), null).Problems.Single().Message.ShouldContain("no single column gives 'fare'");

    private static ModelMetadata Model(params TensorMetadata[] inputs) => new("m", inputs, [], new Dictionary<string, IReadOnlyList<string>>());
}

using Fairlead.Cli.Prediction;

namespace Fairlead.Cli.Tests.Prediction;

public sealed class CsvTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", "1|2")]
    [InlineData("a,b\r\n1,2\r\n", "1|2")]
    [InlineData("a,b\n1,2", "1|2")]
    [InlineData("\ufeffa,b\n1,2\n\n", "1|2")]
    [InlineData("a;b\n1,5;2\n", "1,5|2")]
    [InlineData("a,b\n\"x,\"\"y\"\"\nz\",\n", "x,\"y\"\nz|")]
    public void Parse_GivesTheFields(string text, string row)
    {
        var csv = Csv.Parse(text);

        csv.Header.ShouldBe(["a", "b"]);
        string.Join('|', csv.Rows.Single()).ShouldBe(row);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("a,b\n1\n", "line 2 has 1 fields and the header 2")]
    [InlineData("a,b\n1,\"2\n", "the quote that opens on line 2 is never closed")]
    public void Parse_Damaged_NamesTheLine(string text, string why) => Should.Throw<FormatException>(() => Csv.Parse(text)).Message.ShouldBe(why);

    [Fact]
    public void Line_IsReadBackAsItWas()
    {
        string[] fields = ["plain", "with,comma", "with \"quote\"", "two\nlines", ""];

        Csv.Parse($"a,b,c,d,e\n{Csv.Line(fields)}\n").Rows.Single().ShouldBe(fields);
    }
}

using Fairlead.Telemetry.Drift;

namespace Fairlead.Telemetry.Tests.Drift;

public sealed class CsvTableTests
{
    [Fact]
    public void QuotesLineEndsAndEmptyCells()
    {
        var table = Read("a,\"b,\"\"c\"\r\n1,\"x\r\ny\"\r\n\r\n,2");
        table.Header.ShouldBe(["a", "b,\"c"]);
        table.Rows.ShouldBe(2);
        table.Columns[0].ShouldBe(["1", ""]);
        table.Columns[1].ShouldBe(["x\r\ny", "2"]);
    }

    [Fact]
    public void EmptyLineOfASingleColumn_IsAMissingValue() => Read("a\n1\n\n2\n").Columns[0].ShouldBe(["1", "", "2"]);

    [Theory]
    [InlineData("", "no header")]
    [InlineData("a,a\n1,2", "twice")]
    [InlineData("a,b\n1,2\n3\n", "Line 3 has 1 cells")]
    [InlineData("a\n\"1\n2\n", "not closed")]
    public void WrongFile_SaysWhy(string text, string reason) => Should.Throw<FormatException>(() => Read(text)).Message.ShouldContain(reason);

    private static CsvTable Read(string text) => CsvTable.Read(new StringReader(text));
}

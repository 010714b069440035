using System.Globalization;
using System.Text;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Engines.Logs;

namespace Fairlead.Engines.Tests.Logs;

public sealed class ReplicaLogTests : IDisposable
{
    private static readonly ReplicaId Replica = ReplicaId.Parse("penguins-1-bcdfg");
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-log-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "a.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void LinesAreCutWhateverPiecesTheyComeIn()
    {
        var whole = Encoding.UTF8.GetBytes("größe\r\n\nlast line\nrest");
        for (var size = 1; size <= whole.Length; size++)
        {
            var splitter = new LineSplitter();
            var lines = new List<string>();
            foreach (var piece in whole.Chunk(size)) splitter.Add(piece, lines);

            lines.ShouldBe(["größe", "", "last line"], $"pieces of {size}");
            splitter.Rest().ShouldBe("rest");
            splitter.Rest().ShouldBeNull();
        }
    }

    [Fact]
    public void ALongLineIsCutAndTheNextOneIsWhole()
    {
        var lines = new List<string>();

        new LineSplitter(longest: 8).Add("0123456789\nshort\n"u8, lines);

        lines.ShouldBe(["01234567 …", "short"]);
    }

    [Theory]
    [InlineData("""{"time":"2030-01-02T03:04:05Z","a":1}""", "2030-01-02T03:04:05Z")]
    [InlineData("""{"a":{"time":"2031-01-01T00:00:00Z"},"time":"2030-01-02T03:04:05+02:00"}""", "2030-01-02T01:04:05Z")]
    [InlineData("""{"a":{"time":"2031-01-01T00:00:00Z"}}""", null)]
    [InlineData("""{"time":17}""", null)]
    [InlineData("""{"time":"yesterday"}""", null)]
    [InlineData("""{"time":""", null)]
    [InlineData("{ no json", null)]
    [InlineData("plain", null)]
    public void TheTimeOfALineIsItsOwn(string line, string? expected) =>
        LineTime.Of(line).ShouldBe(expected is null ? null : DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture));

    [Fact]
    public async Task PlainLinesBelongToTheStructuredLineBefore()
    {
        File.WriteAllLines(Path, [Line(1), "trace of 1", Line(3), "trace of 3"]);

        (await ReadAsync(new LogQuery(Since: At(2)))).ShouldBe([Line(3), "trace of 3"]);
    }

    [Fact]
    public async Task TheOlderFileComesFirst()
    {
        File.WriteAllText(ReplicaLog.OlderOf(Path), "one\ntw");
        File.WriteAllText(Path, "o\nthree");

        (await ReadAsync(new LogQuery())).ShouldBe(["one", "two", "three"]);
        (await ReadAsync(new LogQuery(Tail: 2))).ShouldBe(["two", "three"]);
    }

    [Fact]
    public async Task AFollowerLosesNothingWhenTheLogIsBounded()
    {
        File.WriteAllText(Path, "one\n");
        var over = false;
        await using var lines = new ReplicaLog(Path, Replica, TimeProvider.System).ReadAsync(new LogQuery(Follow: true), () => over, Deadline()).GetAsyncEnumerator();
        (await NextAsync()).ShouldBe("one");

        File.AppendAllText(Path, "two\n");
        ReplicaLog.Bound(Path, most: 4);
        File.AppendAllText(Path, "three\n");

        (await NextAsync()).ShouldBe("two");
        (await NextAsync()).ShouldBe("three");
        over = true;
        (await lines.MoveNextAsync()).ShouldBeFalse();

        async Task<string> NextAsync() => await lines.MoveNextAsync() ? lines.Current.Text : "end";
    }

    [Fact]
    public void ALogIsBoundedOnlyAboveItsSize()
    {
        File.WriteAllText(Path, "1234");

        ReplicaLog.Bound(Path, most: 4);
        File.ReadAllText(Path).ShouldBe("1234");

        ReplicaLog.Bound(Path, most: 3);
        File.ReadAllText(Path).ShouldBeEmpty();
        File.ReadAllText(ReplicaLog.OlderOf(Path)).ShouldBe("1234");
    }

    [Fact]
    public void TheLastLinesOfALargeLogAreWhole()
    {
        File.WriteAllLines(Path, Enumerable.Range(0, 5000).Select(i => $"line {i}"));

        ReplicaLog.LastLines(Path, 2).ShouldBe(["line 4998", "line 4999"]);
        ReplicaLog.LastLines(System.IO.Path.Combine(_folder, "none"), 2).ShouldBeEmpty();
    }

    private static DateTimeOffset At(int hour) => new(2030, 1, 1, hour, 0, 0, TimeSpan.Zero);

    private static string Line(int hour) => $$"""{"time":"{{At(hour):O}}","message":"at {{hour}}"}""";

    private static CancellationToken Deadline() => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    private async Task<IReadOnlyList<string>> ReadAsync(LogQuery query)
    {
        var lines = new List<string>();
        await foreach (var line in new ReplicaLog(Path, Replica, TimeProvider.System).ReadAsync(query, () => true, Deadline())) lines.Add(line.Text);
        return lines;
    }
}

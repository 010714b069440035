namespace Fairlead.Architecture.Tests;

public class SizeTests
{
    private const int Limit = 400;

    [Fact]
    public void NoFileIsLongWithoutItsReason()
    {
        var reasons = Repository.Read("docs/long-files.md");
        var tooLong = Sources().Where(s => s.Lines > Limit && !reasons.Contains(s.File, StringComparison.Ordinal)).Select(s => $"{s.File}: {s.Lines}");

        tooLong.ShouldBeEmpty("split it, or say in docs/long-files.md why not");
    }

    [Fact]
    public void TheMedianFileIsShort()
    {
        var lines = Sources().Where(s => s.File.StartsWith("src/", StringComparison.Ordinal)).Select(s => s.Lines).Order().ToList();

        lines[lines.Count / 2].ShouldBeLessThanOrEqualTo(70, "files hold one idea each: the aim is a median near 50 lines");
    }

    private static IEnumerable<(string File, int Lines)> Sources() =>
        new[] { "src", "tests", "bench", "examples" }.SelectMany(f => Repository.Files(f, "*.cs")).Select(f => (f, File.ReadLines(Path.Combine(Repository.Root, f)).Count()));
}

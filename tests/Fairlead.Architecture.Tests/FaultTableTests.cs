using System.Text.RegularExpressions;

namespace Fairlead.Architecture.Tests;

/// <summary>docs/reference/faults.md names tests that there are, and leaves no row out.</summary>
public partial class FaultTableTests
{
    private static readonly List<Match> Rows = [.. Row().Matches(Repository.Read("docs/reference/faults.md")).Cast<Match>()];

    [Fact]
    public void RowsAreNumberedWithoutAGap() => Rows.Select(r => int.Parse(r.Groups["row"].Value, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(Enumerable.Range(1, Math.Max(17, Rows.Count)));

    [Fact]
    public void EveryRowNamesATest() => Rows.Where(r => !TestName().IsMatch(r.Groups["tests"].Value)).Select(r => r.Groups["row"].Value).ShouldBeEmpty();

    [Fact]
    public void EveryTestThatIsNamedExists()
    {
        var files = Repository.Files("tests", "*Tests.cs").ToLookup(f => Path.GetFileNameWithoutExtension(f), StringComparer.Ordinal);
        var missing = from Match test in TestName().Matches(Repository.Read("docs/reference/faults.md"))
                      where !files[test.Groups["type"].Value].Any(f => IsTest(Repository.Read(f), test.Groups["method"].Value))
                      select test.Value;
        missing.ShouldBeEmpty();
    }

    private static bool IsTest(string source, string method) =>
        Regex.IsMatch(source, $@"public (async )?(Task|void|ValueTask) {Regex.Escape(method)}\(", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"^\| (?<row>\d+) \|.*\| (?<tests>[^|]*) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<type>\w+)\.(?<method>\w+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex TestName();
}

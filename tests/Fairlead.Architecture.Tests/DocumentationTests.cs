using System.Text.RegularExpressions;

namespace Fairlead.Architecture.Tests;

public partial class DocumentationTests
{
    [Fact]
    public void EveryProblemCodeIsInTheListAndBack()
    {
        var inSource = Repository.Files("src", "*.cs").Concat(Repository.Files("build", "*.targets"))
            .SelectMany(f => QuotedCode().Matches(Repository.Read(f)).Select(m => m.Groups["code"].Value)).ToHashSet(StringComparer.Ordinal);
        var inList = ListedCode().Matches(Repository.Read("docs/diagnostics.md")).Select(m => m.Groups["code"].Value).ToList();

        inSource.Except(inList).Order().ShouldBeEmpty("codes that docs/diagnostics.md lacks");
        inList.Except(inSource).Order().ShouldBeEmpty("codes that no source gives");
        inList.GroupBy(c => c).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty("codes listed twice");
    }

    [Theory]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("README.md")]
    public void PathsThatADocumentNamesExist(string document)
    {
        var missing = NamedPath().Matches(Repository.Read(document)).Select(m => m.Groups["path"].Value)
            .Where(p => !Path.Exists(Path.Combine(Repository.Root, p))).ToList();

        missing.ShouldBeEmpty();
    }

    [Fact]
    public void TypesThatTheArchitectureNamesExist()
    {
        var source = Repository.Files("src", "*.cs").Select(f => Path.GetFileNameWithoutExtension(f)).ToHashSet(StringComparer.Ordinal);
        var missing = NamedType().Matches(Repository.Read("ARCHITECTURE.md")).Select(m => m.Groups["type"].Value).Where(t => !source.Contains(t)).ToList();

        missing.ShouldBeEmpty();
    }

    [Fact]
    public void LocalLinksOfTheDocumentsLead()
    {
        var broken = from file in Repository.Files(".", "*.md")
                     from Match link in LocalLink().Matches(Repository.Read(file))
                     let target = Path.Combine(Repository.Root, Path.GetDirectoryName(file)!, link.Groups["target"].Value.Split('#')[0])
                     where !Path.Exists(target)
                     select $"{file}: {link.Groups["target"].Value}";

        broken.ShouldBeEmpty();
    }

    [GeneratedRegex("\"(?<code>FL\\d{4})\"", RegexOptions.ExplicitCapture)]
    private static partial Regex QuotedCode();

    [GeneratedRegex(@"^\| (?<code>FL\d{4}) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ListedCode();

    [GeneratedRegex("`(?<path>(src|tests|docs|examples|bench|build)/[^`*{}<> ]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex NamedPath();

    [GeneratedRegex(@"`(?<type>I?[A-Z][a-z]+([A-Z][a-z]+)+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex NamedType();

    [GeneratedRegex(@"\]\((?!https?:|#|mailto:)(?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex LocalLink();
}

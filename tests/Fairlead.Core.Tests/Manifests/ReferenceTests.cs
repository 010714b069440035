using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Fairlead.Core.Manifests;
using Fairlead.Core.Manifests.Reading;
using Fairlead.Core.Manifests.Sections;
using Fairlead.Core.Manifests.Yaml;

namespace Fairlead.Core.Tests.Manifests;

/// <summary>Holds the commented example, the JSON schema, the table of keys and the records together.</summary>
public partial class ReferenceTests
{
    private const string Name = "fairlead.yaml";
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../docs/reference"));
    private static readonly string Reference = File.ReadAllText(Path.Combine(Folder, Name));

    /// <summary>The example as it stands, and with each block of commented sections in the place of its own.</summary>
    public static TheoryData<string> Variants => new(Alternatives);

    private static List<string> Alternatives => [.. Blocks().Select(b => string.Join('\n', b)).Prepend("")];

    [Theory]
    [MemberData(nameof(Variants))]
    public void The_example_is_a_valid_manifest(string alternative)
    {
        var result = ManifestReader.Parse(With(alternative), Name, null, refuseUnsupported: false);

        result.Problems.ShouldBeEmpty();
        var json = ManifestJson.Write(result.Value);
        ManifestJson.Write(ManifestReader.Parse(json, "manifest.json", null, refuseUnsupported: false).Value).ShouldBe(json);
    }

    [Fact]
    public void The_example_shows_every_key_and_no_other()
    {
        var shown = Alternatives.SelectMany(v => KeysOf(Tree(With(v)), "")).Where(k => !k.StartsWith("environments/", StringComparison.Ordinal)).ToHashSet();
        var known = ManifestKeys.Type.Keys().ToHashSet();

        known.Except(shown).ShouldBeEmpty("these keys are not in the example");
        // Names of the user's, such as env/LOG_LEVEL, are shown and are no keys.
        shown.Except(known).Where(k => !k.StartsWith("env/", StringComparison.Ordinal) && !k.Contains("/labels/", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void The_example_says_which_keys_are_not_supported_yet()
    {
        var lines = Reference.Split('\n');
        var refused = ManifestReader.Parse(Reference, Name, null).Problems;

        refused.ShouldAllBe(p => p.Code == "FL1020");
        var said = Enumerable.Range(1, lines.Length)
            .Where(n => KeyThenUnsupported().IsMatch(lines[n - 1])).ToList();
        said.ShouldBe(refused.Select(p => p.At!.Line));
    }

    [Fact]
    public void The_schema_is_the_one_that_the_keys_give()
    {
        var path = Path.Combine(Folder, "fairlead.schema.json");
        if (Environment.GetEnvironmentVariable("FAIRLEAD_ACCEPT") == "1") File.WriteAllText(path, ManifestJson.Schema());

        File.ReadAllText(path).ShouldBe(ManifestJson.Schema());
    }

    [Fact]
    public void Every_property_of_the_records_comes_from_the_example()
    {
        var set = Alternatives.SelectMany(v => RecordWalk.Set(ManifestReader.Parse(With(v), Name, null, refuseUnsupported: false).Value));

        RecordWalk.All(typeof(Manifest)).Except(set).ShouldBeEmpty("no variant of the example sets these");
    }

    /// <summary>Lines such as <c># model: {…}</c> that stand together.</summary>
    private static IEnumerable<IReadOnlyList<string>> Blocks()
    {
        var block = new List<string>();
        foreach (var line in Reference.Split('\n').Append(""))
        {
            if (CommentedSection().Match(line) is { Success: true } match) block.Add(match.Groups["section"].Value);
            else if (block.Count > 0)
            {
                yield return [.. block];
                block = [];
            }
        }
    }

    private static string With(string alternative)
    {
        var text = Reference;
        foreach (var line in alternative.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var key = line[..line.IndexOf(':')];
            text = Regex.Replace(text, $@"^{key}:.*\n(?:[ ].*\n|\n(?=[ ]))*", line + "\n", RegexOptions.Multiline, TimeSpan.FromSeconds(5));
        }

        return text;
    }

    private static YamlNode Tree(string text)
    {
        var problems = new ProblemLog(Name);
        var tree = YamlTree.Read(text, problems);
        problems.Problems.ShouldBeEmpty();
        return tree!;
    }

    private static IEnumerable<string> KeysOf(YamlNode node, string path) => node switch
    {
        YamlMap map => map.Entries.SelectMany(e => KeysOf(e.Value, $"{path}{e.Key}/").Prepend($"{path}{e.Key}")),
        YamlList list => list.Items.SelectMany(i => KeysOf(i, $"{path}*/")),
        _ => [],
    };

    [GeneratedRegex(@"^# (?<section>[a-z]+: \{.*\})$", RegexOptions.None, 5000)]
    private static partial Regex CommentedSection();

    [GeneratedRegex("^ *[a-z_]+:.*# not supported yet", RegexOptions.None, 5000)]
    private static partial Regex KeyThenUnsupported();

    private static string ThisFile([CallerFilePath] string path = "") => path;
}

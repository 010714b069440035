using Fairlead.Core.Manifests;
using Fairlead.Core.Manifests.Yaml;
using FsCheck;
using FsCheck.Fluent;

namespace Fairlead.Core.Tests.Manifests;

public class ManifestReaderPropertyTests
{
    private const string Head = "name: penguins\nversion: 1.4.0\nmodel: {file: penguins.onnx}\n";

    /// <summary>What YAML is made of, so that random text reaches deep into the parser.</summary>
    private static readonly string[] Pieces =
    [
        "name", "model", "scale", "min", "environments", "file", "files", ": ", ":", "\n", "\n  ", "\n    ", "- ", "-", "{", "}", "[", "]", ",", "\"", "'", "|", ">", "|-", "&a ", "*a", "<<",
        "!", "!!str ", "!<", "%YAML 1.2\n", "%", "---\n", "...\n", "? ", "#", " ", "\t", "\\", "\\u", "\\x1", "0", "1", "-1", "50ms", "~", "null", "true", "é", "😀", "\uFEFF", "\u0085", "\u2028", "\r", "@", "`", "a", "..",
    ];

    [Fact]
    public void Arbitrary_text_never_throws() =>
        Prop.ForAll<string>(text => Parses(text ?? "")).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Arbitrary_pieces_of_YAML_never_throw()
    {
        var text = Gen.Elements(Pieces).ListOf().Select(p => string.Concat(p)).ToArbitrary();

        Prop.ForAll(text, Parses).Check(Config.QuickThrowOnFailure.WithMaxTest(3000).WithEndSize(60));
    }

    [Theory]
    [InlineData("[a")]
    [InlineData("!<>")]
    [InlineData(": *a")]
    [InlineData(": - ")]
    [InlineData("\"\\uD83D\"")]
    [InlineData("%YAML 9999999999999.1\n---\n")]
    public void Input_that_the_parser_stumbles_over_is_a_problem(string text) =>
        ManifestReader.Parse(text, "fairlead.yaml", null).Problems.ShouldNotBeEmpty();

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("? [")]
    public void Nesting_without_end_is_refused_where_it_starts(string opening) =>
        ManifestReader.Parse(string.Concat(Enumerable.Repeat(opening, 200_000)), "fairlead.yaml", null).Problems.ShouldContain(p => p.Code == "FL1005");

    [Fact]
    public void A_manifest_cut_off_or_changed_anywhere_never_throws()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "reference.yaml"));
        var cut = from at in Gen.Choose(0, text.Length)
                  from length in Gen.Choose(0, 20)
                  from piece in Gen.Elements(Pieces)
                  from whole in Gen.Elements(true, false)
                  select text[..at] + piece + (whole ? text[Math.Min(text.Length, at + length)..] : "");

        Prop.ForAll(cut.ToArbitrary(), Parses).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void Every_environment_value_survives_writing_and_reading()
    {
        var value = ArbMap.Default.ArbFor<string>().Generator
            .Select(s => string.Concat((s ?? "").Where(YamlText.IsAllowed)))
            .SelectMany(s => Gen.Elements(Pieces).Where(p => p.All(YamlText.IsAllowed) || p == "😀").Select(p => s + p));

        Prop.ForAll(value.ToArbitrary(), text =>
        {
            var manifest = ManifestReader.Parse(Head, "fairlead.yaml", null).Value with { Env = new Dictionary<string, string> { ["A"] = text, ["B"] = text + text } };
            var read = ManifestReader.Parse(ManifestJson.Write(manifest), "manifest.json", null).Value;
            return read.Env["A"] == text && read.Env["B"] == text + text;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void Nothing_after_a_forbidden_character_is_left_out_without_a_word() =>
        ManifestReader.Parse(Head + "\0\nsclae: 1\n", "fairlead.yaml", null).Problems.ShouldHaveSingleItem().At!.Line.ShouldBe(4);

    /// <summary>Good or bad, with a place for each problem.</summary>
    private static bool Parses(string text)
    {
        var result = ManifestReader.Parse(text, "fairlead.yaml", null);
        return result.IsOk || result.Problems.All(p => p.At is { File: "fairlead.yaml", Line: >= 0 } && p.Message.Length > 0 && p.Hint.Length > 0);
    }
}

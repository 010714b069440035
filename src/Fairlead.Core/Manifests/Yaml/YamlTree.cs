using Fairlead.Core.Manifests.Reading;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Fairlead.Core.Manifests.Yaml;

/// <summary>
/// Reads the part of YAML that a manifest is written in: one document of maps, lists and scalars. Anchors, aliases, merge
/// keys and tags are refused (docs/adr/0002-manifest.md): with them a value is not where it is read.
/// </summary>
internal sealed class YamlTree
{
    private const int MaxDepth = 32;

    private readonly Parser _parser;
    private readonly ProblemLog _problems;

    private YamlTree(string text, ProblemLog problems) => (_parser, _problems) = (new Parser(new StringReader(text)), problems);

    /// <summary>Null when the text is no YAML or empty; the problem is in the log then.</summary>
    public static YamlNode? Read(string text, ProblemLog problems)
    {
        if (YamlText.Refuses(text, problems)) return null;
        try
        {
            return new YamlTree(text, problems).Document();
        }
        catch (TooDeepException e)
        {
            problems.Add(e.Line, "", ManifestProblems.TooDeep(MaxDepth));
            return null;
        }
        catch (YamlException e)
        {
            var tab = YamlText.LineIndentedWithTab(text);
            if (tab > 0) problems.Add(tab, "", ManifestProblems.TabIndent());
            else problems.Add(LineOf(e.Start), "", ManifestProblems.Syntax(e.Message));
            return null;
        }
    }

    private YamlNode? Document()
    {
        Next<StreamStart>();
        if (Peek() is StreamEnd)
        {
            _problems.Add(0, "", ManifestProblems.EmptyFile());
            return null;
        }

        Next<DocumentStart>();
        var empty = Peek() is Scalar { Value: "", Style: ScalarStyle.Plain };
        var root = Node(LineOf(Peek().Start), "", 0);
        Next<DocumentEnd>();
        if (Peek() is DocumentStart second)
        {
            _problems.Add(LineOf(second.Start), "", ManifestProblems.SecondDocument());
            return null;
        }

        if (!empty) return root;
        _problems.Add(0, "", ManifestProblems.EmptyFile());
        return null;
    }

    private YamlNode Node(int line, string path, int depth)
    {
        var start = PeekNode();
        if (start is AnchorAlias alias)
        {
            Advance();
            _problems.Add(line, path, ManifestProblems.Alias(alias.Value.Value));
            return new YamlRefused(line, path);
        }

        var node = (NodeEvent)start;
        if (!node.Anchor.IsEmpty) _problems.Add(line, path, ManifestProblems.Anchor(node.Anchor.Value));
        if (!node.Tag.IsEmpty) _problems.Add(line, path, ManifestProblems.Tag(node.Tag.Value));
        if (depth > MaxDepth) throw new TooDeepException(line);
        Advance();
        return node switch
        {
            Scalar scalar => new YamlScalar(line, path, scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => List(line, path, depth),
            _ => Map(line, path, depth),
        };
    }

    private YamlList List(int line, string path, int depth)
    {
        var items = new List<YamlNode>();
        while (Peek() is not SequenceEnd)
        {
            items.Add(Node(LineOf(Peek().Start), Under(path, items.Count.ToString()), depth + 1));
        }

        Advance();
        return new YamlList(line, path, items);
    }

    private YamlMap Map(int line, string path, int depth)
    {
        var entries = new List<YamlEntry>();
        var lines = new Dictionary<string, int>();
        while (Peek() is not MappingEnd)
        {
            var at = LineOf(Peek().Start);
            if (Key(at, path) is not { } key)
            {
                Skip();
                continue;
            }

            var value = Node(at, Under(path, Quote.Bare(key)), depth + 1);
            if (lines.TryAdd(key, at)) entries.Add(new YamlEntry(key, value));
            else _problems.Add(at, value.Path, ManifestProblems.DuplicateKey(key, lines[key]));
        }

        Advance();
        return new YamlMap(line, path, entries);
    }

    /// <summary>Null when the key is refused; its value is then to be skipped.</summary>
    private string? Key(int line, string path)
    {
        if (Peek() is Scalar scalar && scalar.Anchor.IsEmpty && scalar.Tag.IsEmpty)
        {
            Advance();
            if (scalar is not { Value: "<<", Style: ScalarStyle.Plain }) return scalar.Value;
            _problems.Add(line, path, ManifestProblems.MergeKey());
            return null;
        }

        _problems.Add(line, path, ManifestProblems.ComplexKey());
        Skip();
        return null;
    }

    /// <summary>Passes over one node, however deep.</summary>
    private void Skip()
    {
        PeekNode();
        var depth = 0;
        do
        {
            depth += Peek().NestingIncrease;
            if (depth > MaxDepth) throw new TooDeepException(LineOf(Peek().Start));
            Advance();
        }
        while (depth > 0);
    }

    private ParsingEvent Peek()
    {
        if (_parser.Current is null) Advance();
        return _parser.Current ?? throw new YamlException("the text ends too early");
    }

    private ParsingEvent PeekNode()
    {
        // YamlDotNet 16.3 ends a map after a key without its value for input such as ": *a" and ": - ".
        var next = Peek();
        return next is AnchorAlias or NodeEvent ? next : throw new YamlException(next.Start, next.End, "a key has no value");
    }

    private void Advance()
    {
        try
        {
            _parser.MoveNext();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // YamlDotNet 16.3 throws these, without a place, for some broken input: "[a" at the end of the text, "!<>".
            var start = _parser.Current?.End ?? Mark.Empty;
            throw new YamlException(start, start, e is InvalidOperationException ? "a list or map in brackets is not closed" : "the text cannot be read on from here", e);
        }
    }

    private void Next<T>()
        where T : ParsingEvent
    {
        if (Peek() is not T) throw new YamlException(_parser.Current!.Start, _parser.Current.End, $"a {typeof(T).Name} belongs here");
        Advance();
    }

    private static string Under(string path, string key) => path.Length == 0 ? key : $"{path}/{key}";

    /// <summary>Ends the reading at once: the parser's time grows with the square of the depth.</summary>
    private sealed class TooDeepException(int line) : Exception
    {
        public int Line => line;
    }

    private static int LineOf(in Mark mark) => (int)mark.Line;
}

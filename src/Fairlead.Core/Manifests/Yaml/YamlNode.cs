namespace Fairlead.Core.Manifests.Yaml;

/// <summary>A node of the file as written, with where it stands, so that a problem found later can still say so.</summary>
/// <param name="Line">1-based; of the key for a value in a map, since that is where a reader looks.</param>
/// <param name="Path">Keys and 0-based positions from the root, as written: an overlaid value keeps its <c>environments/…</c>.</param>
internal abstract record YamlNode(int Line, string Path);

/// <param name="Plain">Not quoted and not a block: only such text is a number or a truth value.</param>
internal sealed record YamlScalar(int Line, string Path, string Text, bool Plain) : YamlNode(Line, Path)
{
    /// <summary>Nothing, or one of YAML's words for nothing (YAML 1.2, 10.3.2).</summary>
    public bool IsEmpty => Plain && Text is ("" or "~" or "null" or "Null" or "NULL");
}

internal sealed record YamlList(int Line, string Path, IReadOnlyList<YamlNode> Items) : YamlNode(Line, Path);

internal sealed record YamlMap(int Line, string Path, IReadOnlyList<YamlEntry> Entries) : YamlNode(Line, Path)
{
    public YamlNode? Find(string key) => Entries.FirstOrDefault(e => e.Key == key)?.Value;
}

/// <summary>A node that was refused already; no further problem is reported for it.</summary>
internal sealed record YamlRefused(int Line, string Path) : YamlNode(Line, Path);

internal sealed record YamlEntry(string Key, YamlNode Value);

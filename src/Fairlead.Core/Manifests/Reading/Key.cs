using System.Text.Json.Nodes;

namespace Fairlead.Core.Manifests.Reading;

/// <summary>One key of the manifest.</summary>
/// <param name="summary">One sentence, shown by editors.</param>
internal abstract class Key(string name, NodeType type, string summary)
{
    public string Name => name;

    public NodeType Type => type;

    public string Summary => summary;

    public bool Required { get; init; }
}

internal abstract class Key<TOwner>(string name, NodeType type, string summary) : Key(name, type, summary)
{
    public abstract JsonNode? Write(TOwner owner);
}

/// <param name="get">Null when the key need not be written.</param>
internal sealed class Key<TOwner, T>(string name, NodeType<T> type, string summary, Func<TOwner, object?> get) : Key<TOwner>(name, type, summary)
    where T : notnull
{
    public new NodeType<T> Type => type;

    public override JsonNode? Write(TOwner owner) => get(owner) is T value ? type.Write(value) : null;
}

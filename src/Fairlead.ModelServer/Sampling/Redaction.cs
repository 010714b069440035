namespace Fairlead.ModelServer.Sampling;

/// <summary>Whose values are not written down.</summary>
internal sealed class Redaction(IReadOnlyList<string> names)
{
    public const string Placeholder = "[REDACTED]";

    private readonly HashSet<string> _names = new(names, StringComparer.Ordinal);
    private readonly bool _all = names.Contains("*");

    /// <summary>Nothing is redacted. Otherwise texts that may quote a value are not written either.</summary>
    public bool IsNone { get; } = names.Count == 0;

    public bool Hides(string name) => _all || _names.Contains(name);
}

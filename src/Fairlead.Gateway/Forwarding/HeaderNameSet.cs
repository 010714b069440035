using System.Collections.Frozen;
using System.Text;

namespace Fairlead.Gateway.Forwarding;

/// <summary>Names of headers, looked up as text or as the bytes they came as; upper and lower case are the same.</summary>
internal sealed class HeaderNameSet
{
    private readonly FrozenSet<string> _texts;

    // By length: few names share one.
    private readonly byte[][]?[] _bytes;

    public HeaderNameSet(params IReadOnlyList<string> names)
    {
        _texts = names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _bytes = new byte[][]?[names.Max(n => n.Length) + 1];
        foreach (var group in _texts.GroupBy(n => n.Length)) _bytes[group.Key] = [.. group.Select(Encoding.ASCII.GetBytes)];
    }

    public bool Contains(string name) => _texts.Contains(name);

    public bool Contains(ReadOnlySpan<byte> name)
    {
        if (name.Length >= _bytes.Length || _bytes[name.Length] is not { } candidates) return false;
        foreach (var candidate in candidates)
        {
            if (Ascii.EqualsIgnoreCase(name, candidate)) return true;
        }

        return false;
    }
}

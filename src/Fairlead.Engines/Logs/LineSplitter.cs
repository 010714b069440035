using System.Text;

namespace Fairlead.Engines.Logs;

/// <summary>Cuts bytes into lines, whatever pieces they come in. A line is held only up to a bound: the rest of a longer one is dropped.</summary>
internal sealed class LineSplitter(int longest = LineSplitter.LongestLine)
{
    public const int LongestLine = 64 << 10;
    private const string Cut = " …";

    private readonly byte[] _line = new byte[longest];
    private int _length;
    private bool _cut;

    public void Add(ReadOnlySpan<byte> bytes, List<string> lines)
    {
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            Hold(bytes[..end]);
            lines.Add(Take());
            bytes = bytes[(end + 1)..];
        }

        Hold(bytes);
    }

    /// <summary>What came after the last line end; null when nothing did.</summary>
    public string? Rest() => _length == 0 ? null : Take();

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        var room = Math.Min(bytes.Length, _line.Length - _length);
        bytes[..room].CopyTo(_line.AsSpan(_length));
        _length += room;
        _cut |= room < bytes.Length;
    }

    private string Take()
    {
        var text = Encoding.UTF8.GetString(_line, 0, _length).TrimEnd('\r');
        if (_cut) text += Cut;
        (_length, _cut) = (0, false);
        return text;
    }
}

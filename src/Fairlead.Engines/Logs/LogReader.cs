using Fairlead.Core.Engines;
using Fairlead.Core.Identity;

namespace Fairlead.Engines.Logs;

/// <summary>Reads on in a log that grows, and sees when it was truncated.</summary>
internal sealed class LogReader(string path, ReplicaId replica, TimeProvider time, DateTimeOffset? since)
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private readonly LineSplitter _splitter = new();
    private (DateTime Written, long Length)? _older;
    private long _position;
    private DateTimeOffset? _lastTime;

    /// <summary>The older file and the current one. A line without an end waits for it.</summary>
    public IEnumerable<LogLine> ReadExisting()
    {
        _older = StampOfOlder();
        foreach (var line in ReadFrom(Older, 0, moves: false)) yield return line;
        foreach (var line in ReadFrom(path, 0, moves: true)) yield return line;
    }

    /// <summary>What came since; after a truncation first the end of the copy that was made of the file.</summary>
    public IEnumerable<LogLine> ReadMore()
    {
        var older = StampOfOlder();
        if (older != _older)
        {
            _older = older;
            foreach (var line in ReadFrom(Older, _position, moves: false)) yield return line;
            _position = 0;
        }

        // Cut by somebody else.
        if (File.Exists(path) && new FileInfo(path).Length < _position) _position = 0;
        foreach (var line in ReadFrom(path, _position, moves: true)) yield return line;
    }

    /// <summary>A last line that was never ended.</summary>
    public IEnumerable<LogLine> ReadRest()
    {
        if (_splitter.Rest() is { } rest && Take(rest, time.GetUtcNow()) is { } line) yield return line;
    }

    private string Older => ReplicaLog.OlderOf(path);

    private (DateTime Written, long Length)? StampOfOlder() =>
        new FileInfo(Older) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : null;

    private IEnumerable<LogLine> ReadFrom(string file, long position, bool moves)
    {
        using var stream = ReplicaLog.Open(file);
        if (stream is null) yield break;
        var written = new DateTimeOffset(File.GetLastWriteTimeUtc(file));
        stream.Position = position;
        var buffer = new byte[64 << 10];
        var lines = new List<string>();

        // Only what is there now: who reads slowly may find the bytes of a newer file behind it by then.
        var end = stream.Length;
        while (stream.Position < end && stream.Read(buffer, 0, (int)Math.Min(buffer.Length, end - stream.Position)) is > 0 and var count)
        {
            lines.Clear();
            _splitter.Add(buffer.AsSpan(0, count), lines);
            if (moves) _position = stream.Position;
            foreach (var text in lines)
            {
                if (Take(text, written) is { } line) yield return line;
            }
        }
    }

    private LogLine? Take(string text, DateTimeOffset written)
    {
        _lastTime = LineTime.Of(text) ?? _lastTime;
        return since is { } from && (_lastTime ?? written) < from ? null : new LogLine(_lastTime ?? time.GetUtcNow(), replica, text);
    }
}

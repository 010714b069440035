using Fairlead.Core.Engines;
using Fairlead.Core.Identity;

namespace Fairlead.Engines.Logs;

/// <summary>Reads on in a log that grows, and sees when it was truncated.</summary>
internal sealed class LogReader(string path, ReplicaId replica, TimeProvider time, DateTimeOffset? since)
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private readonly LineSplitter _splitter = new();
    private long _position;
    private DateTimeOffset? _lastTime;

    /// <summary>The older file and the current one. A line without an end waits for it.</summary>
    public IEnumerable<LogLine> ReadExisting() => ReadFrom(ReplicaLog.OlderOf(path), 0, moves: false).Concat(ReadMore());

    /// <summary>What came since; after a truncation first the end of the copy that was made of the file.</summary>
    public IEnumerable<LogLine> ReadMore()
    {
        var length = File.Exists(path) ? new FileInfo(path).Length : 0;
        if (length < _position)
        {
            foreach (var line in ReadFrom(ReplicaLog.OlderOf(path), _position, moves: false)) yield return line;
            _position = 0;
        }

        foreach (var line in ReadFrom(path, _position, moves: true)) yield return line;
    }

    public LogLine? ReadRest() => _splitter.Rest() is { } rest && Take(rest, time.GetUtcNow()) is { } line ? line : null;

    private IEnumerable<LogLine> ReadFrom(string file, long position, bool moves)
    {
        using var stream = ReplicaLog.Open(file);
        if (stream is null) yield break;
        var written = new DateTimeOffset(File.GetLastWriteTimeUtc(file));
        stream.Position = position;
        var buffer = new byte[64 << 10];
        var lines = new List<string>();
        while (stream.Read(buffer) is > 0 and var count)
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

namespace Fairlead.Sockets;

/// <summary>
/// What must not take longer, on one loop: no timer per request, but the loop's own wait ends in time. Deadlines of one length
/// stand in one line, so that setting and clearing costs the same however many there are. On the loop's thread alone.
/// </summary>
internal sealed class LoopDeadlines(TimeProvider time)
{
    // Lines that are empty are kept for the next deadline of their length, as long as these are few.
    private const int LinesKept = 8;

    private readonly List<DeadlineLine> _lines = [];
    private readonly double _ticksPerMillisecond = time.TimestampFrequency / 1000.0;

    /// <summary>Replaces what it was set to.</summary>
    public void Set(Deadline deadline, TimeSpan after)
    {
        Clear(deadline);
        var length = (long)(after.TotalMilliseconds * _ticksPerMillisecond);
        deadline.At = time.GetTimestamp() + length;
        Line(length).Add(deadline);
    }

    public void Clear(Deadline deadline)
    {
        if (deadline.Line is not { } line) return;
        line.Remove(deadline);
        if (line.First is null && _lines.Count > LinesKept) _lines.Remove(line);
    }

    /// <summary>Until the next one falls, rounded up; -1 when none is set.</summary>
    public int MillisecondsLeft()
    {
        var next = long.MaxValue;
        foreach (var line in _lines)
        {
            if (line.First is { } first) next = Math.Min(next, first.At);
        }

        if (next == long.MaxValue) return Timeout.Infinite;
        return (int)Math.Clamp(Math.Ceiling((next - time.GetTimestamp()) / _ticksPerMillisecond), 0, int.MaxValue);
    }

    public void LetFall()
    {
        if (_lines.Count == 0) return;
        var now = time.GetTimestamp();

        // What falls may set and clear others, also in lines that come and go.
        for (var i = 0; i < _lines.Count; i++)
        {
            while (i < _lines.Count && _lines[i].First is { } first && first.At <= now)
            {
                Clear(first);
                first.Fall();
            }
        }
    }

    private DeadlineLine Line(long length)
    {
        foreach (var line in _lines)
        {
            if (line.Length == length) return line;
        }

        var made = new DeadlineLine { Length = length };
        _lines.Add(made);
        return made;
    }
}

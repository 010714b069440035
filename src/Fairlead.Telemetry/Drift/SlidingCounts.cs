namespace Fairlead.Telemetry.Drift;

/// <summary>How much of the past is looked at.</summary>
public sealed record SlidingWindow
{
    /// <summary>Rows that the window holds at least, unless <see cref="AtMost"/> has passed.</summary>
    public int Rows { get; init; } = 1000;

    /// <summary>The time that the window covers at least: many rows of one moment say little.</summary>
    public TimeSpan AtLeast { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What is older is forgotten, however little there is.</summary>
    public TimeSpan AtMost { get; init; } = TimeSpan.FromMinutes(30);
}

/// <summary>
/// Counts per bin over a sliding window, in memory that depends on the bins alone: two halves, of which the older is
/// dropped when the newer is full. So the window holds between half of what it may and all of it. Not thread-safe.
/// </summary>
public sealed class SlidingCounts
{
    private const int CallsPerLook = 16;

    private readonly SlidingWindow _window;
    private readonly TimeProvider _time;
    private readonly int[] _offsets;
    private long[] _current;
    private long[] _previous;
    private int _rows;
    private long _began;
    private int _calls;

    /// <param name="bins">The number of bins of each feature.</param>
    public SlidingCounts(IReadOnlyList<int> bins, SlidingWindow window, TimeProvider time)
    {
        (_window, _time, _began) = (window, time, time.GetTimestamp());
        _offsets = new int[bins.Count + 1];
        for (var i = 0; i < bins.Count; i++) _offsets[i + 1] = _offsets[i] + bins[i];
        (_current, _previous) = (new long[_offsets[^1]], new long[_offsets[^1]]);
    }

    /// <summary>To be called before rows are added, with how many.</summary>
    public void Begin(int rows)
    {
        // Asking for the time costs more than counting; a window of a thousand rows does not notice a few more.
        if (++_calls % CallsPerLook == 0) Turn();
        _rows = (int)Math.Min(int.MaxValue, (long)_rows + rows);
    }

    public void Add(int feature, int bin)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)bin, (uint)(_offsets[feature + 1] - _offsets[feature]));
        _current[_offsets[feature] + bin]++;
    }

    /// <summary>The window's counts of one feature.</summary>
    public long[] Read(int feature)
    {
        Turn();
        var counts = new long[_offsets[feature + 1] - _offsets[feature]];
        for (var i = 0; i < counts.Length; i++) counts[i] = _current[_offsets[feature] + i] + _previous[_offsets[feature] + i];
        return counts;
    }

    private void Turn()
    {
        var age = _time.GetElapsedTime(_began);
        var full = _rows * 2L >= _window.Rows && age * 2 >= _window.AtLeast;
        if (!full && age * 2 < _window.AtMost) return;

        // Nobody looked for so long that the newer half is too old as well.
        if (age >= _window.AtMost) Array.Clear(_current);
        (_current, _previous) = (_previous, _current);
        Array.Clear(_current);
        (_rows, _began) = (0, _time.GetTimestamp());
    }
}

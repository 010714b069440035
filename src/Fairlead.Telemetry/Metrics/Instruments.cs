using System.Globalization;

namespace Fairlead.Telemetry.Metrics;

/// <summary>A count that only grows.</summary>
public sealed class Counter
{
    private long _value;

    public long Value => Interlocked.Read(ref _value);

    public void Add(long count = 1) => Interlocked.Add(ref _value, count);
}

/// <summary>A value that goes up and down.</summary>
public sealed class Gauge
{
    private double _value;

    public double Value => Volatile.Read(ref _value);

    public void Set(double value) => Volatile.Write(ref _value, value);

    public void Add(double delta)
    {
        var seen = Volatile.Read(ref _value);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref _value, seen + delta, seen);
            if (before.Equals(seen)) return;
            seen = before;
        }
    }
}

/// <summary>Counts of observations by size.</summary>
public sealed class Histogram
{
    /// <summary>0.1 ms to 60 s in steps of about 1.6: for durations in seconds.</summary>
    public static readonly double[] Seconds =
    [
        0.0001, 0.00025, 0.0005, 0.00075, 0.001, 0.0015, 0.0025, 0.004, 0.006, 0.01, 0.015, 0.025,
        0.04, 0.06, 0.1, 0.15, 0.25, 0.4, 0.6, 1, 1.5, 2.5, 4, 6, 10, 15, 25, 40, 60,
    ];

    /// <summary>
    /// 10 µs to 60 s in steps of less than 10 %, so that the middle of a bucket is at most 5 % from what fell into it: for what
    /// capacity is judged by. About 170 series, so for a histogram without labels.
    /// </summary>
    public static readonly double[] FineSeconds = [.. Steps(0.00001, 60)];

    private readonly double[] _bounds;
    private readonly long[] _counts;
    private double _sum;

    internal Histogram(double[] bounds) => (_bounds, _counts) = (bounds, new long[bounds.Length + 1]);

    /// <summary>Counts a value; what is no number is passed over, since it would spoil the sum for good.</summary>
    public void Observe(double value)
    {
        if (double.IsNaN(value)) return;
        var index = Array.BinarySearch(_bounds, value);
        Interlocked.Increment(ref _counts[index < 0 ? ~index : index]);
        var seen = Volatile.Read(ref _sum);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref _sum, seen + value, seen);
            if (before.Equals(seen)) return;
            seen = before;
        }
    }

    // 25 to a decade, to four digits: what is written is what is counted by.
    private static IEnumerable<double> Steps(double from, double to)
    {
        for (var i = 0; ; i++)
        {
            var bound = from * Math.Pow(10, i / 25.0);
            if (bound >= to) break;
            yield return double.Parse(bound.ToString("E3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        yield return to;
    }

    /// <summary>Counts per bucket, not cumulated; the sum may run ahead of them by observations in progress.</summary>
    public HistogramSnapshot Read()
    {
        var counts = new long[_counts.Length];
        for (var i = 0; i < counts.Length; i++) counts[i] = Interlocked.Read(ref _counts[i]);
        return new HistogramSnapshot(_bounds, counts, Volatile.Read(ref _sum));
    }
}

using System.Numerics;

namespace Fairlead.Cli.Load;

/// <summary>
/// Counts by latency, in buckets that grow with what they hold: 128 to each power of two, so that a quantile is good to 1 %,
/// as HdrHistogram does. Microseconds; safe for one writer.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 7;
    private const int Sub = 1 << SubBits;

    private readonly long[] _counts = new long[(64 - SubBits) * Sub];

    public long Count { get; private set; }

    public TimeSpan Max { get; private set; }

    public void Add(TimeSpan latency)
    {
        _counts[Index(Math.Max(0, latency.Ticks / TimeSpan.TicksPerMicrosecond))]++;
        Count++;
        if (latency > Max) Max = latency;
    }

    /// <summary>The least latency that this share of all did not exceed; zero when there are none.</summary>
    public TimeSpan Quantile(double share)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(share * Count));
        var seen = 0L;
        for (var i = 0; i < _counts.Length && Count > 0; i++)
        {
            seen += _counts[i];
            if (seen >= wanted) return Min(TimeSpan.FromMicroseconds(Highest(i)), Max);
        }

        return Max;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    // Below Sub each value has its own bucket; above, the highest bit chooses the group and the next SubBits - 1 … the place in it.
    private static int Index(long value)
    {
        if (value < Sub) return (int)value;
        var shift = BitOperations.Log2((ulong)value) - (SubBits - 1);
        return (shift * (Sub / 2)) + (int)(value >> shift);
    }

    private static double Highest(int index)
    {
        if (index < Sub) return index;
        var shift = (index / (Sub / 2)) - 1;
        var place = index - (shift * (Sub / 2));
        return ((long)(place + 1) << shift) - 1;
    }
}

using System.Numerics;

namespace Fairlead.Cli.Load;

/// <summary>
/// Latencies from 1 µs up, in buckets that are as wide as 1/128 of their value at most, so that every quantile is good to
/// 0.8 %; what HdrHistogram does with two significant digits. May be recorded from several threads.
/// </summary>
internal sealed class LatencyRecord
{
    private const int SubBits = 7;
    private const int Sub = 1 << SubBits;
    private readonly long[] _counts = new long[(65 - SubBits) * Sub];
    private long _count;
    private long _sumMicroseconds;
    private long _max;

    public long Count => Volatile.Read(ref _count);

    public TimeSpan Max => TimeSpan.FromMicroseconds(Volatile.Read(ref _max));

    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds((double)Volatile.Read(ref _sumMicroseconds) / Count);

    public void Add(TimeSpan latency)
    {
        var microseconds = Math.Max(0, (long)latency.TotalMicroseconds);
        Interlocked.Increment(ref _counts[Bucket(microseconds)]);
        Interlocked.Add(ref _sumMicroseconds, microseconds);
        Interlocked.Increment(ref _count);
        for (var max = Volatile.Read(ref _max); microseconds > max; max = Volatile.Read(ref _max)) Interlocked.CompareExchange(ref _max, microseconds, max);
    }

    /// <summary>The smallest recorded value, to the width of its bucket, that so large a share is not above. Zero without records.</summary>
    /// <param name="quantile">0 to 1.</param>
    public TimeSpan Quantile(double quantile)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(quantile * Count));
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += Volatile.Read(ref _counts[i]);
            if (seen >= rank) return TimeSpan.FromMicroseconds(Math.Min(Middle(i), Volatile.Read(ref _max)));
        }

        return TimeSpan.Zero;
    }

    // Below 2 * Sub every microsecond has a bucket of its own; above, each doubling has Sub of them.
    private static int Bucket(long microseconds)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)microseconds | 1) - SubBits);
        return (shift * Sub) + (int)(microseconds >> shift);
    }

    private static double Middle(int bucket)
    {
        var shift = Math.Max(0, (bucket / Sub) - 1);
        var low = (long)(bucket - (shift * Sub)) << shift;
        return low + (((1L << shift) - 1) / 2.0);
    }
}

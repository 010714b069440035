namespace Fairlead.Training.Numerics;

/// <summary>
/// PCG-XSH-RR 64/32 (O'Neill 2014). A generator of our own, because <see cref="Random"/> may give other numbers in
/// another version of .NET and a trainer must write the same file everywhere.
/// </summary>
public sealed class Pcg32
{
    private const ulong Multiplier = 6364136223846793005;
    private const ulong Increment = 1442695040888963407;
    private ulong _state;

    public Pcg32(ulong seed)
    {
        _state = seed + Increment;
        Next();
    }

    public uint Next()
    {
        var old = _state;
        _state = unchecked((old * Multiplier) + Increment);
        var mixed = (uint)(((old >> 18) ^ old) >> 27);
        return uint.RotateRight(mixed, (int)(old >> 59));
    }

    /// <summary>Uniform in [0, <paramref name="bound"/>), without the bias of a plain remainder.</summary>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var limit = uint.MaxValue - (uint.MaxValue % (uint)bound);
        uint value;
        do value = Next();
        while (value >= limit);
        return (int)(value % (uint)bound);
    }

    /// <summary>Uniform in [<paramref name="from"/>, <paramref name="to"/>).</summary>
    public double Between(double from, double to) => from + ((to - from) * (Next() / 4294967296.0));

    /// <summary>Fisher and Yates.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}

using Fairlead.Training.Numerics;

namespace Fairlead.Training.Samples;

/// <summary>Rows to learn from and rows that are only ever measured on.</summary>
public sealed record Split(IReadOnlyList<Sample> Training, IReadOnlyList<Sample> HeldOut)
{
    /// <summary>Holds out the same share of every class, drawn by <paramref name="seed"/>.</summary>
    public static Split Stratified(IReadOnlyList<Sample> samples, double heldOutShare, ulong seed)
    {
        var random = new Pcg32(seed);
        var (training, heldOut) = (new List<Sample>(), new List<Sample>());
        foreach (var group in samples.GroupBy(s => s.Label).OrderBy(g => g.Key))
        {
            var shuffled = group.ToArray();
            random.Shuffle(shuffled.AsSpan());
            var count = (int)Math.Round(shuffled.Length * heldOutShare);
            heldOut.AddRange(shuffled[..count]);
            training.AddRange(shuffled[count..]);
        }

        return new Split(training, heldOut);
    }
}

using Fairlead.Training.Networks;
using Fairlead.Training.Numerics;

namespace Fairlead.Training.Samples;

/// <summary>One row of a data set with the class that it belongs to.</summary>
public sealed record Sample(double[] Values, int Label);

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

/// <summary>How many of a set were answered rightly.</summary>
public readonly record struct Score(int Right, int Of)
{
    public double Accuracy => (double)Right / Of;

    public static Score Measure(Network network, IEnumerable<Sample> samples)
    {
        var (right, of) = (0, 0);
        foreach (var sample in samples)
        {
            if (Exact.ArgMax(network.Predict(sample.Values)) == sample.Label) right++;
            of++;
        }

        return new Score(right, of);
    }

    public override string ToString() => $"{Right} of {Of} right ({Accuracy * 100:0.0} %)";
}

using Fairlead.Training.Networks;
using Fairlead.Training.Numerics;

namespace Fairlead.Training.Samples;

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

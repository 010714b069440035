using Fairlead.Training.Networks;
using Fairlead.Training.Numerics;
using Fairlead.Training.Samples;

namespace Digits.Train;

/// <summary>A small convolutional network: two strided convolutions and one dense layer.</summary>
internal sealed class DigitModel
{
    private const int Epochs = 20;
    private const int Batch = 32;
    private const double FirstRate = 0.08;
    private const ulong Seed = 7;
    private readonly Network _network;

    private DigitModel(Pcg32 random)
    {
        First = new Convolution(new Picture(DigitData.Side, 1), filters: 8, kernel: 5, stride: 2, random);
        Second = new Convolution(First.To, filters: 16, kernel: 5, stride: 2, random);
        Last = new Dense(Second.Outputs, DigitData.Classes, random);
        _network = new Network(First, new Rectifier(First.Outputs), Second, new Rectifier(Second.Outputs), Last);
    }

    internal Convolution First { get; }

    internal Convolution Second { get; }

    internal Dense Last { get; }

    internal static DigitModel Train(IReadOnlyList<Sample> samples, Action<string> progress)
    {
        var random = new Pcg32(Seed);
        var model = new DigitModel(random);
        var order = samples.ToArray();
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            random.Shuffle(order.AsSpan());

            // The rate falls in a straight line: large steps to get there, small ones to settle.
            var descent = new Descent(FirstRate * (Epochs - epoch) / Epochs, Momentum: 0.9, Decay: 0.0001);
            foreach (var batch in order.Chunk(Batch)) model.Learn(batch, descent, random);
            progress($"epoch {epoch + 1} of {Epochs}");
        }

        model._network.Round();
        return model;
    }

    /// <summary>The digits' probabilities.</summary>
    internal double[] Predict(ReadOnlySpan<double> pixels) => _network.Predict(pixels);

    internal Score Measure(IEnumerable<Sample> samples) => Score.Measure(_network, samples);

    private void Learn(Sample[] batch, Descent descent, Pcg32 random)
    {
        var moved = new double[DigitData.Pixels];
        foreach (var sample in batch)
        {
            Move(sample.Values, moved, random.Next(5) - 2, random.Next(5) - 2);
            _network.Learn(moved, sample.Label);
        }

        _network.Step(descent, batch.Length);
    }

    /// <summary>The picture moved down and right; what comes in is paper. A digit is the same digit two pixels away.</summary>
    private static void Move(ReadOnlySpan<double> from, Span<double> to, int down, int right)
    {
        to.Clear();
        for (var row = 0; row < DigitData.Side; row++)
        {
            for (var column = 0; column < DigitData.Side; column++)
            {
                var (fromRow, fromColumn) = (row - down, column - right);
                if (fromRow is < 0 or >= DigitData.Side || fromColumn is < 0 or >= DigitData.Side) continue;
                to[(row * DigitData.Side) + column] = from[(fromRow * DigitData.Side) + fromColumn];
            }
        }
    }
}

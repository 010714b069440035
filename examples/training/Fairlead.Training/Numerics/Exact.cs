namespace Fairlead.Training.Numerics;

/// <summary>
/// Arithmetic with the same last bit on every machine: only operations that IEEE 754 rounds correctly. <see cref="Math.Exp"/>
/// is not one of them (each C library has its own), and training carries a last bit into every weight.
/// </summary>
public static class Exact
{
    // ln 2 in two parts: k × High is exact for |k| < 2^20.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const int Terms = 14;

    /// <summary>e^x within a few units in the last place: e^x = 2^k e^r with |r| ≤ ln 2 / 2, and a Taylor series for e^r.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x < -708) return 0;
        if (x > 709) return double.PositiveInfinity;

        var k = Math.Round(x / Ln2High);
        var r = x - (k * Ln2High) - (k * Ln2Low);
        var sum = 1.0;
        for (var n = Terms; n >= 1; n--) sum = 1 + (r / n * sum);
        return Math.ScaleB(sum, (int)k);
    }

    /// <summary>Six significant digits: what a weight is worth, and readable in a file.</summary>
    public static float Round(double value) => float.Parse(value.ToString("E5"));

    public static float[] Round(ReadOnlySpan<double> values)
    {
        var rounded = new float[values.Length];
        for (var i = 0; i < rounded.Length; i++) rounded[i] = Round(values[i]);
        return rounded;
    }

    /// <summary>Probabilities from scores, in place.</summary>
    public static void Softmax(Span<double> scores)
    {
        var largest = double.NegativeInfinity;
        foreach (var score in scores) largest = Math.Max(largest, score);

        var sum = 0.0;
        for (var i = 0; i < scores.Length; i++) sum += scores[i] = Exp(scores[i] - largest);
        for (var i = 0; i < scores.Length; i++) scores[i] /= sum;
    }

    /// <summary>The first of the largest, as ONNX's ArgMax does by default.</summary>
    public static int ArgMax(ReadOnlySpan<double> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best]) best = i;
        }

        return best;
    }
}

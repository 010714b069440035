namespace Fairlead.Training.Networks;

/// <summary>The two inner loops. Plain and in order: sums are added up in one fixed order on every machine.</summary>
internal static class Kernels
{
    /// <summary>y += a × x. Pixels and rectified values are mostly zero, and then there is nothing to do.</summary>
    internal static void AddScaled(Span<double> y, double a, ReadOnlySpan<double> x)
    {
        if (a == 0) return;
        x = x[..y.Length];
        for (var i = 0; i < y.Length; i++) y[i] += a * x[i];
    }

    internal static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        x = x[..y.Length];
        var sum = 0.0;
        for (var i = 0; i < y.Length; i++) sum += x[i] * y[i];
        return sum;
    }
}

using System.Globalization;
using Fairlead.Control.Simulation;
using Fairlead.Testing.SharedData;

namespace Fairlead.Bench.Autoscale;

internal sealed record Workload(string Name, double[] Arrivals);

/// <summary>Two recorded traces at 50 times their rate, and three shapes.</summary>
internal static class Workloads
{
    private const double RateScale = 50;
    private const int Hour = 3600;

    public static IEnumerable<Workload> All()
    {
        foreach (var name in (string[])["code", "conv"])
        {
            yield return new Workload(name, Arrivals.Spread(Arrivals.CountsOf(Read($"traces/azure-llm-2023/AzureLLMInferenceTrace_{name}.csv"), RateScale), seed: 7));
        }

        // 100 requests a second, five times that for ten minutes, and again.
        yield return new Workload("step x5", Arrivals.Poisson(Enumerable.Range(0, Hour).Select(s => s / 600 % 2 == 0 ? 100.0 : 500), seed: 7));
        yield return new Workload("diurnal", Arrivals.Poisson(Enumerable.Range(0, Hour).Select(s => 300 - (250 * Math.Cos(2 * Math.PI * s / Hour))), seed: 7));
        // Ramps of five minutes, each falling back at once.
        yield return new Workload("saw-tooth", Arrivals.Poisson(Enumerable.Range(0, Hour).Select(s => 50 + (450 * (s % 300) / 300.0)), seed: 7));
    }

    /// <param name="file">Below the shared data.</param>
    /// <returns>Seconds since its first request.</returns>
    public static List<double> Read(string file)
    {
        var times = File.ReadLines(SharedFiles.PathOf(file)).Skip(1)
            .Select(l => DateTime.Parse(l[..l.IndexOf(',')], CultureInfo.InvariantCulture)).ToList();
        return [.. times.Select(t => (t - times[0]).TotalSeconds)];
    }
}

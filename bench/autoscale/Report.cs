using System.Globalization;

namespace Fairlead.Bench.Autoscale;

internal static class Report
{
    private const double MostRoundMilliseconds = 50;

    /// <returns>Whether every bound is met.</returns>
    public static bool Print(Results results)
    {
        Console.WriteLine("| load | autoscaler | s in violation | replica-seconds | over target | changes | worst queue | on the front |\n|---|---|---|---|---|---|---|---|");
        foreach (var workload in results.Workloads)
        {
            foreach (var p in workload.Defaults) Line($"| {workload.Workload} | {p.Scaler} | {p.ViolationSeconds} | {p.ReplicaSeconds:0} | {p.OverTarget * 100:0.00} % | {p.Changes} | {p.WorstQueue} | {(workload.OnFront(p) ? "yes" : "no")} |");
        }

        Console.WriteLine("\n| load | ≤ ½ of HPA's violation | ≤ HPA's replica-seconds | ≤ KPA's violation | ≤ KPA's replica-seconds |\n|---|---|---|---|---|");
        var all = true;
        foreach (var workload in results.Workloads)
        {
            var (ours, hpa, kpa) = (workload.Of("fairlead"), workload.Of("hpa"), workload.Of("kpa"));
            bool[] met = [ours.ViolationSeconds * 2 <= hpa.ViolationSeconds, ours.ReplicaSeconds <= hpa.ReplicaSeconds, ours.ViolationSeconds <= kpa.ViolationSeconds, ours.ReplicaSeconds <= kpa.ReplicaSeconds];
            all &= met.All(m => m);
            Console.WriteLine($"| {workload.Workload} | {string.Join(" | ", met.Select(m => m ? "yes" : "**no**"))} |");
        }

        Console.WriteLine("\nTrade-off curves, seconds in violation / thousand replica-seconds:\n");
        foreach (var workload in results.Workloads)
        {
            foreach (var scaler in workload.Curves.GroupBy(c => c.Scaler))
            {
                Line($"- {workload.Workload}, {scaler.Key}: {string.Join(", ", scaler.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Knob} {c.ViolationSeconds}/{c.ReplicaSeconds / 1000:0.0}")))}");
            }
        }

        Line($"\nOne decision round over 1,000 deployments: {results.DecisionRoundMilliseconds:0.0} ms (bound {MostRoundMilliseconds:0} ms).");
        return all && results.DecisionRoundMilliseconds <= MostRoundMilliseconds;
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

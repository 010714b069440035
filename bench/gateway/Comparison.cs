namespace Fairlead.Bench.Gateway;

/// <summary>One program's figures under one load, over all rounds. Latencies in microseconds.</summary>
internal sealed record Figures(string Load, string Name, double Rate, double P50, double P99, double CpuPerThousand, double ResidentMegabytes, long Errors);

/// <summary>Loads several programs in turn, round after round, so that what the machine does meanwhile meets all of them.</summary>
internal static class Comparison
{
    /// <returns>For each program the medians over the rounds.</returns>
    public static async Task<IReadOnlyList<Figures>> RunAsync(Subject[] subjects, Load load, BenchOptions options)
    {
        foreach (var subject in subjects) await Wrk.RunAsync(subject.Url, load, options.WarmUp);
        var rounds = subjects.Select(_ => new List<Figures>()).ToList();
        for (var round = 0; round < options.Rounds; round++)
        {
            for (var i = 0; i < subjects.Length; i++) rounds[i].Add(await MeasureAsync(subjects[i], load, options.Round));
        }

        return [.. rounds.Select(Median)];
    }

    private static async Task<Figures> MeasureAsync(Subject subject, Load load, TimeSpan duration)
    {
        var before = subject.CpuSeconds;
        var seen = await Wrk.RunAsync(subject.Url, load, duration);
        return new Figures(load.ToString(), subject.Name, seen.Requests / seen.Seconds, seen.P50, seen.P99, (subject.CpuSeconds - before) / seen.Requests * 1000, subject.ResidentMegabytes, seen.Errors);
    }

    private static Figures Median(List<Figures> rounds) => rounds[0] with
    {
        Rate = Of(rounds, r => r.Rate),
        P50 = Of(rounds, r => r.P50),
        P99 = Of(rounds, r => r.P99),
        CpuPerThousand = Of(rounds, r => r.CpuPerThousand),
        ResidentMegabytes = rounds[^1].ResidentMegabytes,
        Errors = rounds.Sum(r => r.Errors),
    };

    private static double Of(List<Figures> rounds, Func<Figures, double> figure)
    {
        var sorted = rounds.Select(figure).Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}

namespace Fairlead.Bench.Server;

/// <summary>One program's figures under one load, over all rounds.</summary>
internal sealed record Figures(string Name, int Connections, double Rate, double P50, double P99, double CpuPerThousand, double ResidentMegabytes, long Errors);

/// <summary>Loads several programs in turn, round after round, so that what the machine does meanwhile meets all of them.</summary>
internal static class Comparison
{
    /// <returns>For each program the medians over the rounds.</returns>
    public static async Task<IReadOnlyList<Figures>> RunAsync(IReadOnlyList<(Subject Subject, Body Body)> programs, int connections, BenchOptions options)
    {
        var rounds = programs.Select(_ => new List<Figures>()).ToList();
        foreach (var (subject, body) in programs)
        {
            await subject.ReadyAsync(body);
            await Wrk.RunAsync(subject.Url, body, connections, options.WarmUp);
        }

        for (var round = 0; round < options.Rounds; round++)
        {
            for (var i = 0; i < programs.Count; i++) rounds[i].Add(await MeasureAsync(programs[i].Subject, programs[i].Body, connections, options.Round));
        }

        return [.. rounds.Select(Median)];
    }

    /// <summary>Two programs that should do the same, in alternating order (A B B A …): whoever comes second meets another machine than who comes first.</summary>
    /// <returns>The figures of both, and the median over the rounds of the first's requests a second against the second's.</returns>
    public static async Task<(IReadOnlyList<Figures> Figures, double Ratio)> AlternateAsync((Subject Subject, Body Body) a, (Subject Subject, Body Body) b, int connections, int rounds, BenchOptions options)
    {
        (Subject Subject, Body Body)[] both = [a, b];
        foreach (var (subject, body) in both) await Wrk.RunAsync(subject.Url, body, connections, options.WarmUp);
        var (figures, ratios) = (new[] { new List<Figures>(), new List<Figures>() }, new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            var first = round % 2;
            foreach (var i in new[] { first, 1 - first }) figures[i].Add(await MeasureAsync(both[i].Subject, both[i].Body, connections, options.Round));
            ratios.Add(figures[0][^1].Rate / figures[1][^1].Rate);
        }

        ratios.Sort();
        return ([.. figures.Select(Median)], (ratios[(rounds - 1) / 2] + ratios[rounds / 2]) / 2);
    }

    public static async Task<Figures> MeasureAsync(Subject subject, Body body, int connections, TimeSpan duration)
    {
        var before = subject.CpuSeconds;
        var load = await Wrk.RunAsync(subject.Url, body, connections, duration);
        var cpu = subject.CpuSeconds - before;
        return new Figures(subject.Name, connections, load.Rate, load.P50, load.P99, cpu / load.Requests * 1000, subject.ResidentMegabytes, load.Refused + load.Broken);
    }

    private static Figures Median(List<Figures> rounds) => new(
        rounds[0].Name, rounds[0].Connections, Of(rounds, r => r.Rate), Of(rounds, r => r.P50), Of(rounds, r => r.P99), Of(rounds, r => r.CpuPerThousand), rounds[^1].ResidentMegabytes, rounds.Sum(r => r.Errors));

    private static double Of(List<Figures> rounds, Func<Figures, double> figure)
    {
        var sorted = rounds.Select(figure).Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}

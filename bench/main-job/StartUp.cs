using Fairlead.Testing.Examples;

namespace Fairlead.Bench.MainJob;

internal static class StartUp
{
    /// <summary>From typing <c>up -d</c> to the first correct answer of two replicas; the median of the runs.</summary>
    public static async Task MeasureAsync(FigureTable table, int runs)
    {
        var seconds = new List<double>();
        for (var run = 0; run <= runs; run++)
        {
            var home = Subject.NewHome();
            await using (home.ConfigureAwait(false))
            {
                var start = TimeProvider.System.GetTimestamp();
                await home.SucceedAsync("up", Subject.Example, "-d").ConfigureAwait(false);
                await Subject.SecondsUntilAsync(() => PenguinRequests.AnswersAsync(home)).ConfigureAwait(false);
                // The first run fills the file cache and is not counted.
                if (run > 0) seconds.Add(TimeProvider.System.GetElapsedTime(start).TotalSeconds);
                await home.SucceedAsync("down", "--all").ConfigureAwait(false);
            }
        }

        seconds.Sort();
        table.Add($"`up -d`, two replicas, to the first correct answer (median of {runs})", seconds[seconds.Count / 2], 2, "s");
    }
}

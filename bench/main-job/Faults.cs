using Fairlead.Testing.Examples;
using Fairlead.Testing.Programs;

namespace Fairlead.Bench.MainJob;

internal static class Faults
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(3);

    /// <summary>Kills and scales under a constant 200 requests a second and counts what clients saw.</summary>
    public static async Task MeasureAsync(FigureTable table)
    {
        var home = await Subject.UpAsync().ConfigureAwait(false);
        await using (home.ConfigureAwait(false))
        {
            await UnderLoadAsync(table, home, "`kill -9` of a replica", () => KillReplicaAsync(table, home)).ConfigureAwait(false);
            await UnderLoadAsync(table, home, "`kill -9` of the controller, and a new one", () => KillControllerAsync(table, home)).ConfigureAwait(false);
            await UnderLoadAsync(table, home, "`scale` 2→6→1", () => ScaleAsync(home)).ConfigureAwait(false);
            await KillGatewayAsync(table, home).ConfigureAwait(false);
            await home.SucceedAsync("down", "--all").ConfigureAwait(false);
        }
    }

    private static async Task UnderLoadAsync(FigureTable table, FairleadHomeUnderTest home, string name, Func<Task> fault)
    {
        var load = PenguinRequests.Load(home);
        await using (load.ConfigureAwait(false))
        {
            await Task.Delay(Between, TimeProvider.System).ConfigureAwait(false);
            await fault().ConfigureAwait(false);
            await Task.Delay(Between, TimeProvider.System).ConfigureAwait(false);
            var report = await load.StopAsync().ConfigureAwait(false);
            foreach (var failure in report.Failures.Distinct().Take(5)) Console.Error.WriteLine($"{name}: {failure}");
            table.Add($"{name}: client errors of {report.Sent} (p50 {report.Quantile(0.5).TotalMilliseconds:0.0} ms, p99 {report.Quantile(0.99).TotalMilliseconds:0.0} ms)", report.Failures.Count, 0, "errors");
        }
    }

    private static async Task KillReplicaAsync(FigureTable table, FairleadHomeUnderTest home)
    {
        var before = home.Replicas().Select(r => r.Pid).ToHashSet();
        home.Replicas()[0].Signal(Signals.Kill);
        var seconds = await Subject.SecondsUntilAsync(async () =>
            home.Replicas().FirstOrDefault(r => !before.Contains(r.Pid)) is { } fresh && await ReadyReplicas.IncludeAsync(home, fresh.Replica!).ConfigureAwait(false)).ConfigureAwait(false);
        table.Add("a killed replica replaced: its successor is ready", seconds, 2, "s");
    }

    private static async Task KillControllerAsync(FigureTable table, FairleadHomeUnderTest home)
    {
        var before = home.Replicas().Select(r => r.Pid).Order().ToList();
        home.Controller()!.Signal(Signals.Kill);
        await Task.Delay(Between, TimeProvider.System).ConfigureAwait(false);
        _ = home.Start("controller", "--started-by", "up");
        await Subject.SecondsUntilAsync(async () => (await home.RunAsync("status").ConfigureAwait(false)).ExitCode == 0).ConfigureAwait(false);
        await Task.Delay(Between, TimeProvider.System).ConfigureAwait(false);
        var kept = home.Replicas().Select(r => r.Pid).Order().SequenceEqual(before);
        table.Add("replicas that the new controller did not keep", kept ? 0 : 1, 0, "replicas");
    }

    private static async Task ScaleAsync(FairleadHomeUnderTest home)
    {
        foreach (var replicas in new[] { "6", "1", "2" })
        {
            await home.SucceedAsync("scale", "penguins", replicas).ConfigureAwait(false);
            await Task.Delay(Between, TimeProvider.System).ConfigureAwait(false);
        }
    }

    private static async Task KillGatewayAsync(FigureTable table, FairleadHomeUnderTest home)
    {
        home.GatewayProcess()!.Signal(Signals.Kill);
        table.Add("a killed gateway replaced: requests are answered again", await Subject.SecondsUntilAsync(() => PenguinRequests.AnswersAsync(home)).ConfigureAwait(false), 1, "s");
    }
}

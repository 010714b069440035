namespace Fairlead.Bench.ZeroDrop;

internal static class Scenario
{
    private const int Replicas = 2;

    // Connections that clients opened before a stage are used in it.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(BenchOptions options)
    {
        var subject = new Subject(options.Engine);
        await using (subject.ConfigureAwait(false))
        {
            await subject.UpAsync().ConfigureAwait(false);
            var traffic = new Traffic(subject.Home.Gateway);
            await using (traffic.ConfigureAwait(false))
            {
                traffic.Start();
                var table = new StageTable(traffic);
                await PlannedAsync(options, subject, traffic, table).ConfigureAwait(false);
                var (requests, failed) = (table.Stages.Sum(s => s.Requests), table.Stages.Sum(s => s.Failed));
                await table.RunAsync("`kill -9` of the gateway", () => KillGatewayAsync(subject, traffic)).ConfigureAwait(false);
                await traffic.StopAsync().ConfigureAwait(false);
                var met = table.Stages.All(s => s.Holds) && requests >= options.Requests;
                var report = new ZeroDropReport(options.Engine, met, requests, failed, Milliseconds(traffic, 0.5), Milliseconds(traffic, 0.99), Milliseconds(traffic, 1), table.Stages);
                table.Print(report, Console.Out);
                return met ? 0 : 1;
            }
        }
    }

    private static async Task PlannedAsync(BenchOptions options, Subject subject, Traffic traffic, StageTable table)
    {
        await table.RunAsync("nothing happens", SettleAsync).ConfigureAwait(false);
        await table.RunAsync($"{options.Updates} rolling updates", () => RepeatAsync(options.Updates, subject.UpdateAsync)).ConfigureAwait(false);
        await table.RunAsync($"{options.Rollbacks} rollbacks", () => RepeatAsync(options.Rollbacks, subject.RollBackAsync)).ConfigureAwait(false);
        await table.RunAsync($"scale {Replicas} → {options.Peak} → {Replicas}", async () =>
        {
            await subject.ScaleAsync(options.Peak).ConfigureAwait(false);
            await SettleAsync().ConfigureAwait(false);
            await subject.ScaleAsync(Replicas).ConfigureAwait(false);
        }).ConfigureAwait(false);
        await table.RunAsync($"{options.ReplicaKills} replicas killed", () => RepeatAsync(options.ReplicaKills, subject.KillReplicaAsync)).ConfigureAwait(false);
        await table.RunAsync($"{options.ControllerKills} controllers killed", () => RepeatAsync(options.ControllerKills, subject.KillControllerAsync)).ConfigureAwait(false);
        await table.RunAsync($"{options.Replacements} gateways replaced", () => RepeatAsync(options.Replacements, subject.ReplaceGatewayAsync)).ConfigureAwait(false);
        await table.RunAsync("the rest of the requests", async () =>
        {
            while (traffic.Answered < options.Requests) await SettleAsync().ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <returns>What was in flight at some moment between the signal and the process's end: no more than that may fail.</returns>
    private static async Task<long> KillGatewayAsync(Subject subject, Traffic traffic)
    {
        await SettleAsync().ConfigureAwait(false);
        var ended = traffic.Ended;
        await subject.KillGatewayAsync().ConfigureAwait(false);
        var bound = traffic.Sent - ended;
        var answered = traffic.Answered;
        while (traffic.Answered < answered + 500) await SettleAsync().ConfigureAwait(false);
        return bound;
    }

    private static async Task RepeatAsync(int times, Func<Task> step)
    {
        for (var i = 0; i < times; i++) await step().ConfigureAwait(false);
        await SettleAsync().ConfigureAwait(false);
    }

    private static Task SettleAsync() => Task.Delay(Settle, TimeProvider.System, CancellationToken.None);

    private static double Milliseconds(Traffic traffic, double share) => traffic.Quantile(share).TotalMilliseconds;
}

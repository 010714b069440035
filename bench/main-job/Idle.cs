namespace Fairlead.Bench.MainJob;

internal static class Idle
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    /// <summary>What two idle replicas cost, once the runtime has compiled what it runs every second.</summary>
    public static async Task MeasureAsync(FigureTable table)
    {
        var home = await Subject.UpAsync().ConfigureAwait(false);
        await using (home.ConfigureAwait(false))
        {
            await Task.Delay(Settle, TimeProvider.System).ConfigureAwait(false);
            var controller = home.Controller()!;
            var before = controller.CpuTime();
            await Task.Delay(Window, TimeProvider.System).ConfigureAwait(false);
            table.Add("idle controller: processor", (controller.CpuTime() - before) / Window * 100, 1, "% of a core");
            table.Add("idle controller: resident", controller.ResidentBytes() / 1e6, 150, "MB");
            table.Add("idle penguins replica: resident (the larger)", home.Replicas().Max(r => r.ResidentBytes()) / 1e6, 90, "MB");
            await home.SucceedAsync("down", "--all").ConfigureAwait(false);
        }
    }
}

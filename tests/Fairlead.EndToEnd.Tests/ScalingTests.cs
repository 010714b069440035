using Fairlead.Testing;
using Fairlead.Testing.Examples;
using Fairlead.Testing.Programs;

namespace Fairlead.EndToEnd.Tests;

/// <summary>The number of replicas follows a real load, and no request fails for it.</summary>
public class ScalingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task AStep_BringsReplicas_AndItsEndTakesThemAway_WithoutAFailedRequest()
    {
        using var example = WithScale("{min: 1, max: 4, cooldown: 4s, targets: {requests_per_second: 60}}");
        await using var home = await UpAsync(example);
        home.Replicas().Count.ShouldBe(1);

        await using (var load = PenguinRequests.Load(home))
        {
            (await Eventually.BecomesAsync(() => home.Replicas().Count == 4, Patience)).ShouldBeTrue();
            // A rate that was low or high for a second, on a busy machine, asks for 3 or 5 in between.
            (await Eventually.BecomesAsync(async () => (await home.RunAsync("status")).Output.Contains("requests_per_second asks for 4", StringComparison.Ordinal), Patience)).ShouldBeTrue();
            var report = await load.StopAsync();
            report.Failures.ShouldBeEmpty($"{report.Failures.Count} of {report.Sent} requests failed");
        }

        await using var trickle = PenguinRequests.Load(home, perSecond: 10);
        (await Eventually.BecomesAsync(() => home.Replicas().Count == 1, Patience)).ShouldBeTrue();
        (await trickle.StopAsync()).Failures.ShouldBeEmpty();
        // In one step or in several, as the load's end falls into the seconds that are counted.
        (await home.RunAsync("events")).Output.ShouldMatch("in from [2-4] to 1");
    }

    [Fact]
    public async Task AModelThatIsSlowerThanItsTarget_IsBounded_AndWhySaysSo()
    {
        using var example = WithScale("{min: 1, max: 10, cooldown: 4s, targets: {latency_p95: 1us}}");
        await using var home = await UpAsync(example);
        await using var load = PenguinRequests.Load(home);

        (await Eventually.BecomesAsync(async () => (await home.RunAsync("why", "penguins")).Output.Contains("FL5264", StringComparison.Ordinal), Patience)).ShouldBeTrue();
        home.Replicas().Count.ShouldBeLessThan(10);
        (await load.StopAsync()).Failures.ShouldBeEmpty();
    }

    private static Scratch WithScale(string scale)
    {
        var example = Scratch.Of("penguins");
        example.Replace("fairlead.yaml", "scale: {min: 2}", $"scale: {scale}");
        return example;
    }

    private static async Task<FairleadHomeUnderTest> UpAsync(Scratch example)
    {
        var home = Built.NewHome();
        var up = await home.RunAsync("up", example.Path, "-d");
        up.ExitCode.ShouldBe(0, up.ToString());
        return home;
    }
}

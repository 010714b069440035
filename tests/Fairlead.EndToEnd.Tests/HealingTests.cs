using Fairlead.Testing;
using Fairlead.Testing.Examples;
using Fairlead.Testing.Load;
using Fairlead.Testing.Programs;

namespace Fairlead.EndToEnd.Tests;

/// <summary>Under a constant 200 requests a second, whatever is killed: no client sees an error.</summary>
public class HealingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task AKilledReplicaIsReplacedAndNoRequestFails()
    {
        await using var home = await UpAsync();
        await using var load = PenguinRequests.Load(home);
        await RunsAsync(load, 800);
        var victim = home.Replicas()[0];

        victim.Signal(Signals.Kill);

        (await Eventually.BecomesAsync(() => home.Replicas().Count(r => r.Pid != victim.Pid) == 2, Patience)).ShouldBeTrue();
        await RunsAsync(load, 800);
        await ShouldHaveNoFailureAsync(load);
    }

    [Fact]
    public async Task AKilledControllerChangesNothingAndItsSuccessorKeepsTheReplicas()
    {
        await using var home = await UpAsync();
        await using var load = PenguinRequests.Load(home);
        var before = home.Replicas().Select(r => r.Pid).Order().ToList();
        var controller = home.Controller().ShouldNotBeNull();

        controller.Signal(Signals.Kill);
        await RunsAsync(load, 600);
        using var successor = home.Start("controller");

        (await Eventually.BecomesAsync(async () => (await home.RunAsync("status")).ExitCode == 0, Patience)).ShouldBeTrue();
        await RunsAsync(load, 600);
        home.Replicas().Select(r => r.Pid).Order().ShouldBe(before);
        await ShouldHaveNoFailureAsync(load);
        (await home.RunAsync("down", "--all")).ExitCode.ShouldBe(0);
        home.Replicas().ShouldBeEmpty();
    }

    [Fact]
    public async Task ScalingOutAndInFailsNoRequest()
    {
        await using var home = await UpAsync();
        await using var load = PenguinRequests.Load(home);

        foreach (var replicas in new[] { 6, 1 })
        {
            var scale = await home.RunAsync("scale", "penguins", $"{replicas}");
            scale.ExitCode.ShouldBe(0, scale.ToString());
            (await Eventually.BecomesAsync(() => home.Replicas().Count == replicas, Patience)).ShouldBeTrue();
            await RunsAsync(load, 300);
        }

        await ShouldHaveNoFailureAsync(load);
    }

    [Fact]
    public async Task AKilledGatewayIsReplaced()
    {
        await using var home = await UpAsync();
        var gateway = home.GatewayProcess().ShouldNotBeNull();

        gateway.Signal(Signals.Kill);

        (await Eventually.BecomesAsync(() => home.GatewayProcess() is { } now && now.Pid != gateway.Pid, Patience)).ShouldBeTrue();
        (await Eventually.BecomesAsync(() => PenguinRequests.AnswersAsync(home), Patience)).ShouldBeTrue();
    }

    private static async Task<FairleadHomeUnderTest> UpAsync()
    {
        var home = Built.NewHome();
        var up = await home.RunAsync("up", Built.Example("penguins"), "-d");
        up.ExitCode.ShouldBe(0, up.ToString());
        return home;
    }

    private static async Task RunsAsync(ConstantLoad load, int requests)
    {
        var goal = load.Sent + requests;
        (await Eventually.BecomesAsync(() => load.Sent >= goal, TimeSpan.FromSeconds(60))).ShouldBeTrue();
    }

    private static async Task ShouldHaveNoFailureAsync(ConstantLoad load)
    {
        var report = await load.StopAsync();
        report.Failures.ShouldBeEmpty($"{report.Failures.Count} of {report.Sent} requests failed");
    }
}

using System.Text.Json;
using Fairlead.Testing;
using Fairlead.Testing.Examples;
using Fairlead.Testing.Load;
using Fairlead.Testing.Programs;

namespace Fairlead.EndToEnd.Tests;

/// <summary>The gateway is replaced under a constant 200 requests a second.</summary>
public class HandOverTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task APlannedReplacementFailsNoRequestAndTheOldGatewayEnds()
    {
        await using var home = await UpAsync();
        var before = ServingPid(home);
        await using var load = PenguinRequests.Load(home);
        await RunsAsync(load, 400);

        var replaced = await home.RunAsync("gateway", "replace", "--output", "json");
        replaced.ExitCode.ShouldBe(0, replaced.ToString());
        ServingPid(home).ShouldNotBe(before);
        await RunsAsync(load, 800);

        var report = await load.StopAsync();
        report.Failures.ShouldBeEmpty($"{report.Failures.Count} of {report.Sent} requests failed");
        (await Eventually.BecomesAsync(() => home.Processes().All(p => p.Pid != before), TimeSpan.FromSeconds(60))).ShouldBeTrue("it ends when its connections have");
        (await home.RunAsync("status")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task AKilledGatewayRefusesNoConnection()
    {
        await using var home = await UpAsync();
        await using var load = PenguinRequests.Load(home);
        await RunsAsync(load, 400);

        Signals.Send(ServingPid(home), Signals.Kill);
        await RunsAsync(load, 800);

        var report = await load.StopAsync();
        report.Failures.ShouldAllBe(f => !f.Contains("refused", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task ControllerKilled_ItsSuccessorHoldsTheSocketToo()
    {
        await using var home = await UpAsync();
        home.Controller().ShouldNotBeNull().Signal(Signals.Kill);
        using var successor = home.Start("controller", "--started-by", "up");
        (await Eventually.BecomesAsync(async () => (await home.RunAsync("status")).ExitCode == 0, Patience)).ShouldBeTrue();
        await using var load = PenguinRequests.Load(home);
        await RunsAsync(load, 200);

        Signals.Send(ServingPid(home), Signals.Kill);
        await RunsAsync(load, 600);

        var report = await load.StopAsync();
        report.Failures.ShouldAllBe(f => !f.Contains("refused", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task ControllerAndGatewayKilled_BothAreBackAndTheReplicasStayed()
    {
        await using var home = await UpAsync();
        var replicas = home.Replicas().Select(r => r.Pid).Order().ToList();
        home.Controller().ShouldNotBeNull().Signal(Signals.Kill);
        Signals.Send(ServingPid(home), Signals.Kill);

        using var successor = home.Start("controller", "--started-by", "up");
        (await Eventually.BecomesAsync(() => PenguinRequests.AnswersAsync(home), Patience)).ShouldBeTrue();
        home.Replicas().Select(r => r.Pid).Order().ShouldBe(replicas);
    }

    private static async Task<FairleadHomeUnderTest> UpAsync()
    {
        var home = Built.NewHome();
        var up = await home.RunAsync("up", Built.Example("penguins"), "-d");
        up.ExitCode.ShouldBe(0, up.ToString());
        return home;
    }

    private static int ServingPid(FairleadHomeUnderTest home)
    {
        using var record = JsonDocument.Parse(File.ReadAllText(Path.Combine(home.Home, "run", "gateway.json")));
        return record.RootElement.GetProperty("pid").GetInt32();
    }

    private static async Task RunsAsync(ConstantLoad load, int requests)
    {
        var goal = load.Sent + requests;
        (await Eventually.BecomesAsync(() => load.Sent >= goal, TimeSpan.FromSeconds(60))).ShouldBeTrue();
    }
}

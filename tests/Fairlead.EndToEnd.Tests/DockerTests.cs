using System.Security.Cryptography;
using System.Text;
using Fairlead.Testing;
using Fairlead.Testing.Containers;
using Fairlead.Testing.Examples;
using Fairlead.Testing.Load;
using Fairlead.Testing.Programs;

namespace Fairlead.EndToEnd.Tests;

/// <summary>The Docker engine as a user has it.</summary>
public class DockerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongCommand = TimeSpan.FromSeconds(180);

    [DockerFact]
    public async Task AModelRunsInContainersAndAKillAndAnUpdateFailNoRequestAndNothingIsLeft()
    {
        await using var home = Built.NewHome();
        using var example = Scratch.Of("penguins");
        var networks = await NetworksAsync();
        var up = await home.RunAsync(LongCommand, "up", example.Path, "--engine", "docker", "-d");
        up.ExitCode.ShouldBe(0, up.ToString());
        var before = await ContainersAsync(home);
        before.Count.ShouldBe(2);
        await using var load = PenguinRequests.Load(home);
        await RunsAsync(load, 400);

        (await Tool.RunAsync("docker", "kill", before[0])).ExitCode.ShouldBe(0);

        (await Eventually.BecomesAsync(async () => (await ContainersAsync(home)).Count(c => c != before[0]) == 2, Patience)).ShouldBeTrue();
        (await Eventually.BecomesAsync(async () => (await home.RunAsync("events", "penguins")).Output.Contains("SIGKILL", StringComparison.Ordinal), Patience)).ShouldBeTrue();
        await RunsAsync(load, 400);

        var killed = await ContainersAsync(home);
        example.Replace("fairlead.yaml", "version: 1.0.0", "version: 1.0.1");
        var update = await home.RunAsync(LongCommand, "deploy", example.Path, "--engine", "docker");
        update.ExitCode.ShouldBe(0, update.ToString());
        (await Eventually.BecomesAsync(async () => await ContainersAsync(home) is { Count: 2 } now && !now.Any(killed.Contains), Patience)).ShouldBeTrue();
        var report = await load.StopAsync();
        report.Failures.ShouldBeEmpty($"{report.Failures.Count} of {report.Sent} requests failed");

        var down = await home.RunAsync("down", "--all");
        down.ExitCode.ShouldBe(0, down.ToString());
        (await ContainersAsync(home, all: true)).ShouldBeEmpty();
        (await NetworksAsync()).Except(networks).ShouldBeEmpty();
        home.Processes().ShouldBeEmpty();
    }

    [DockerFact]
    public async Task OneControllerRunsDeploymentsOnBothEngines()
    {
        await using var home = Built.NewHome();
        using var other = Scratch.Of("penguins");
        other.Replace("fairlead.yaml", "name: penguins", "name: others");
        (await home.RunAsync(LongCommand, "up", Built.Example("penguins"), "--engine", "docker", "-d")).ExitCode.ShouldBe(0);
        (await home.RunAsync(LongCommand, "up", other.Path, "-d")).ExitCode.ShouldBe(0);

        var status = await home.RunAsync("status");
        var moved = await home.RunAsync("up", Built.Example("penguins"), "-d");

        status.Output.ShouldContain("docker");
        status.Output.ShouldContain("process");
        (await ContainersAsync(home)).Count.ShouldBe(2);
        home.Replicas().Count.ShouldBe(2);
        moved.ExitCode.ShouldBe(1, moved.ToString());
        moved.Errors.ShouldContain("FL5020");
        (await home.RunAsync("down", "--all")).ExitCode.ShouldBe(0);
        (await ContainersAsync(home, all: true)).ShouldBeEmpty();
    }

    private static async Task<IReadOnlyList<string>> ContainersAsync(FairleadHomeUnderTest home, bool all = false)
    {
        string[] more = all ? ["--all"] : [];
        var listed = await Tool.RunAsync("docker", ["ps", "--quiet", "--no-trunc", .. more, "--filter", $"label=dev.fairlead.home={HomeId(home)}"]);
        listed.ExitCode.ShouldBe(0, listed.ToString());
        return listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<IReadOnlyList<string>> NetworksAsync() =>
        (await Tool.RunAsync("docker", "network", "ls", "--quiet", "--filter", "label=dev.fairlead.home")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>As docs/adr/0013 says: containers of other homes on the daemon are told apart by it.</summary>
    private static string HomeId(FairleadHomeUnderTest home) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(home.Home)))[..10];

    private static async Task RunsAsync(ConstantLoad load, int requests)
    {
        var goal = load.Sent + requests;
        (await Eventually.BecomesAsync(() => load.Sent >= goal, Patience)).ShouldBeTrue();
    }
}

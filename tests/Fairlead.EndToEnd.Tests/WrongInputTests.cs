using System.Net;
using System.Net.Sockets;
using Fairlead.Testing;
using Fairlead.Testing.Examples;
using Fairlead.Testing.Programs;
using Fairlead.Testing.Skipping;

namespace Fairlead.EndToEnd.Tests;

/// <summary>Each a clear problem with the next step, exit code 1 or 2, and nothing lost.</summary>
public class WrongInputTests
{
    [Fact]
    public async Task AModelThatIsNotThereIsNamed()
    {
        await using var home = Built.NewHome();
        using var folder = new Scratch();
        folder.Write("fairlead.yaml", "name: lost\nversion: 1.0.0\nmodel: {file: lost.onnx}\n");

        var up = await home.RunAsync("up", folder.Path, "-d");

        ShouldBeProblem(up, 2, "lost.onnx");
        home.Processes().ShouldBeEmpty();
    }

    [Fact]
    public async Task APortInUseIsNamedWithTheVariableToSet()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var api = new FairleadHomeUnderTest(Built.Program) { ApiPort = port };
        await using var gateway = new FairleadHomeUnderTest(Built.Program) { GatewayPort = port };

        ShouldBeProblem(await api.RunAsync("up", Built.Example("penguins"), "-d"), 1, "FAIRLEAD_API");
        ShouldBeProblem(await gateway.RunAsync("up", Built.Example("penguins"), "-d"), 1, "FAIRLEAD_GATEWAY");
    }

    [FactWhereRoot]
    public async Task AReadOnlyHomeIsRefused()
    {
        using var mount = Mount.ReadOnly();
        await using var home = new FairleadHomeUnderTest(Built.Program, Path.Combine(mount.Path, "home"));

        ShouldBeProblem(await home.RunAsync("up", Built.Example("penguins"), "-d"), 1, home.Home);
    }

    [FactWhereRoot]
    public async Task AFullDiskIsRefusedAndWhatRunsGoesOn()
    {
        using var mount = Mount.OfSize("8m");
        await using var home = new FairleadHomeUnderTest(Built.Program, Path.Combine(mount.Path, "home"));
        var up = await home.RunAsync("up", Built.Example("penguins"), "-d");
        up.ExitCode.ShouldBe(0, up.ToString());
        mount.Fill();

        var scale = await home.RunAsync("scale", "penguins", "3");

        ShouldBeProblem(scale, 1, "disk");
        (await PenguinRequests.AnswersAsync(home)).ShouldBeTrue();
        mount.Free();
        (await home.RunAsync("down", "--all")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task ACorruptStateIsRefusedAndNotReset()
    {
        await using var home = Built.NewHome();
        Directory.CreateDirectory(home.Home);
        var state = Path.Combine(home.Home, "state.db");
        var garbage = Enumerable.Range(0, 8192).Select(i => (byte)(i * 31)).ToArray();
        File.WriteAllBytes(state, garbage);

        ShouldBeProblem(await home.RunAsync("up", Built.Example("penguins"), "-d"), 1, "state.db");

        File.ReadAllBytes(state).ShouldBe(garbage);
    }

    [Fact]
    public async Task ASecondControllerOnTheHomeSaysSo()
    {
        await using var home = Built.NewHome();
        using var first = home.Start("controller");
        (await Eventually.BecomesAsync(() => File.Exists(Path.Combine(home.Home, "run/controller.json")), TimeSpan.FromSeconds(30))).ShouldBeTrue();

        ShouldBeProblem(await home.RunAsync("controller"), 1, $"{first.Process.Id}");
    }

    [Fact]
    public async Task AnUnknownCommandIsAUsageError()
    {
        await using var home = Built.NewHome();

        ShouldBeProblem(await home.RunAsync("stauts"), 2, "status");
    }

    private static void ShouldBeProblem(CommandResult result, int exitCode, string names)
    {
        result.ExitCode.ShouldBe(exitCode, result.ToString());
        result.Errors.ShouldContain(names);
        result.Errors.ShouldNotContain("   at ", customMessage: "a stack trace is no explanation");
    }
}

using Fairlead.Testing;
using Fairlead.Testing.Examples;
using Fairlead.Testing.Programs;

namespace Fairlead.EndToEnd.Tests;

public class UpTests
{
    [Fact]
    public async Task UpDetachedServesTheModelAndDownLeavesNothing()
    {
        await using var home = Built.NewHome();

        var up = await home.RunAsync("up", Built.Example("penguins"), "-d");

        up.ExitCode.ShouldBe(0, up.ToString());
        home.Replicas().Count.ShouldBe(2);
        (await PenguinRequests.AnswersAsync(home)).ShouldBeTrue();
        await ShouldComeDownAsync(home);
    }

    [Fact]
    public async Task ASecondUpReusesWhatRuns()
    {
        await using var home = Built.NewHome();
        (await home.RunAsync("up", Built.Example("penguins"), "-d")).ExitCode.ShouldBe(0);
        var before = home.Processes().Select(p => p.Pid).Order().ToList();

        var second = await home.RunAsync("up", Built.Example("penguins"), "-d");

        second.ExitCode.ShouldBe(0, second.ToString());
        home.Processes().Select(p => p.Pid).Order().ShouldBe(before);
        await ShouldComeDownAsync(home);
    }

    [Fact]
    public async Task InterruptInTheForegroundLeavesNothing()
    {
        await using var home = Built.NewHome();
        using var up = home.Start("up", Built.Example("penguins"));
        (await Eventually.BecomesAsync(() => up.Output.Contains("curl", StringComparison.Ordinal) || up.Process.HasExited, TimeSpan.FromSeconds(60))).ShouldBeTrue();

        up.Signal(Signals.Interrupt);

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var ended = await up.WaitAsync(deadline.Token);
        ended.ExitCode.ShouldBe(0, ended.ToString());
        ShouldBeGone(home);
    }

    [Fact]
    public async Task TwoHomesSideBySideDoNotMeet()
    {
        await using var one = Built.NewHome();
        await using var two = Built.NewHome();

        (await one.RunAsync("up", Built.Example("penguins"), "-d")).ExitCode.ShouldBe(0);
        (await two.RunAsync("up", Built.Example("penguins"), "-d")).ExitCode.ShouldBe(0);
        await ShouldComeDownAsync(one);

        (await PenguinRequests.AnswersAsync(two)).ShouldBeTrue();
        two.Replicas().Count.ShouldBe(2);
        await ShouldComeDownAsync(two);
    }

    internal static async Task ShouldComeDownAsync(FairleadHomeUnderTest home)
    {
        var down = await home.RunAsync("down", "--all");
        down.ExitCode.ShouldBe(0, down.ToString());
        ShouldBeGone(home);
    }

    private static void ShouldBeGone(FairleadHomeUnderTest home)
    {
        home.Processes().ShouldBeEmpty();
        foreach (var port in new[] { home.ApiPort, home.GatewayPort }) ShouldBeFree(port);
        Directory.EnumerateFiles(Path.Combine(home.Home, "run"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
        Cgroups.Of(home.Home).ShouldBeEmpty();
    }

    private static void ShouldBeFree(int port)
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port);
        listener.Start();
    }
}

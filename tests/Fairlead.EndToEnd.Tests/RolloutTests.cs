using Fairlead.Testing;
using Fairlead.Testing.Examples;
using Fairlead.Testing.Load;
using Fairlead.Testing.Models;
using Fairlead.Testing.Programs;
using Fairlead.Testing.Skipping;

namespace Fairlead.EndToEnd.Tests;

/// <summary>Updates that go wrong, are steered by hand, or outlive their controller: the old revision serves throughout.</summary>
public class RolloutTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [FactWhereProgram("python3", "apt-get install python3")]
    public async Task ARevisionThatCrashesAfterFiveSecondsIsRolledBackByItself()
    {
        await using var home = Built.NewHome();
        using var example = Scratch.Of("custom-python");
        (await home.RunAsync("up", example.Path, "-d")).ExitCode.ShouldBe(0);
        var before = home.Replicas().Select(r => r.Pid).Order().ToList();
        await using var load = Health(home);

        example.Replace("app.py", "    stop = threading.Event()\n", "    stop = threading.Event()\n    threading.Timer(5, lambda: (print('the licence has run out', flush=True), os._exit(7))).start()\n");
        var up = await home.RunAsync("up", example.Path, "-d");

        up.ExitCode.ShouldBe(1, up.ToString());
        up.Errors.ShouldContain("exited with code 7");
        up.Errors.ShouldContain("0 failed of");
        var why = await home.RunAsync("why", "custom-python");
        why.Output.ShouldContain("rolled back", customMessage: why.ToString());
        why.Output.ShouldContain("the licence has run out");
        (await Eventually.BecomesAsync(() => home.Replicas().Select(r => r.Pid).Order().SequenceEqual(before), Patience)).ShouldBeTrue();
        await ShouldHaveNoFailureAsync(load);
    }

    [Fact]
    public async Task AModelThatDoesNotLoadIsRolledBackByItself()
    {
        await using var home = Built.NewHome();
        using var example = Scratch.Of("penguins");
        (await home.RunAsync("up", example.Path, "-d")).ExitCode.ShouldBe(0);
        var before = home.Replicas().Select(r => r.Pid).Order().ToList();
        await using var load = PenguinRequests.Load(home);

        var tooNew = new OnnxBuilder().Opset("", 99).Node("Identity", ["x"], ["y"]).Input("x", OnnxBuilder.Float, 1).Output("y", OnnxBuilder.Float, 1).Build();
        File.WriteAllBytes(Path.Combine(example.Path, "penguins.onnx"), tooNew);
        var up = await home.RunAsync("up", example.Path, "-d");

        up.ExitCode.ShouldBe(1, up.ToString());
        (await home.RunAsync("why", "penguins")).Output.ShouldContain("is refused");
        (await Eventually.BecomesAsync(() => home.Replicas().Select(r => r.Pid).Order().SequenceEqual(before), Patience)).ShouldBeTrue();
        await ShouldHaveNoFailureAsync(load);
    }

    [Fact]
    public async Task TwentyUpdatesOfTheConfigurationAndARollbackFailNoRequest()
    {
        await using var home = Built.NewHome();
        using var example = Scratch.Of("penguins");
        File.AppendAllText(Path.Combine(example.Path, "fairlead.yaml"), "rollout: {watch: 0s}\n");
        (await home.RunAsync("up", example.Path, "-d")).ExitCode.ShouldBe(0);
        await using var load = PenguinRequests.Load(home);
        var manifest = File.ReadAllText(Path.Combine(example.Path, "fairlead.yaml"));

        for (var i = 1; i <= 20; i++)
        {
            example.Write("fairlead.yaml", $"{manifest}env: {{ROUND: \"{i}\"}}\n");
            var up = await home.RunAsync("up", example.Path, "-d");
            up.ExitCode.ShouldBe(0, up.ToString());
            up.Output.ShouldContain("0 failed of");
        }

        var back = await home.RunAsync("rollback", "penguins", "3");
        back.ExitCode.ShouldBe(0, back.ToString());
        back.Output.ShouldContain("runs revision 22");
        (await home.RunAsync("diff", example.Path)).Output.ShouldContain("env/ROUND: 2 → 20");
        await ShouldHaveNoFailureAsync(load);
    }

    [Fact]
    public async Task AnUpdateIsPausedShownAndAborted()
    {
        await using var home = Built.NewHome();
        using var example = Scratch.Of("penguins");
        (await home.RunAsync("up", example.Path, "-d")).ExitCode.ShouldBe(0);
        var before = home.Replicas().Select(r => r.Pid).Order().ToList();
        await using var load = PenguinRequests.Load(home);
        example.Replace("fairlead.yaml", "version: 1.0.0", "version: 1.0.1");
        using var up = home.Start("up", example.Path, "-d");
        (await Eventually.BecomesAsync(() => home.Replicas().Count == 3, Patience)).ShouldBeTrue();

        (await home.RunAsync("rollout", "pause", "penguins")).ExitCode.ShouldBe(0);
        var status = await home.RunAsync("rollout", "status", "penguins");
        status.Output.ShouldContain("revision 1 → 2 paused", customMessage: status.ToString());
        (await home.RunAsync("rollout", "promote", "penguins")).ExitCode.ShouldBe(1);
        var abort = await home.RunAsync("rollout", "abort", "penguins");

        abort.ExitCode.ShouldBe(0, abort.ToString());
        using var deadline = new CancellationTokenSource(Patience);
        (await up.WaitAsync(deadline.Token)).ExitCode.ShouldBe(1);
        (await Eventually.BecomesAsync(() => home.Replicas().Select(r => r.Pid).Order().SequenceEqual(before), Patience)).ShouldBeTrue();
        await ShouldHaveNoFailureAsync(load);
    }

    [Fact]
    public async Task AControllerKilledAtEveryStageOfAnUpdateIsFollowedByOneThatEndsIt()
    {
        await using var home = Built.NewHome();
        using var example = Scratch.Of("penguins");
        (await home.RunAsync("up", example.Path, "-d")).ExitCode.ShouldBe(0);
        await using var load = PenguinRequests.Load(home);
        File.AppendAllText(Path.Combine(example.Path, "fairlead.yaml"), "rollout: {watch: 1s}\n");
        example.Replace("fairlead.yaml", "version: 1.0.0", "version: 1.0.1");
        var controllers = new List<RunningCommand>();
        using var up = home.Start("up", example.Path, "-d");

        foreach (var stage in new[] { "rollout_started", "penguins-2-", "is ready", "replica_draining", "replica_stopped" })
        {
            (await Eventually.BecomesAsync(async () => After("rollout_started", (await home.RunAsync("events", "penguins", "--output", "json")).Output).Contains(stage, StringComparison.Ordinal), Patience)).ShouldBeTrue(stage);
            home.Controller()?.Signal(Signals.Kill);
            controllers.Add(home.Start("controller"));
            (await Eventually.BecomesAsync(async () => (await home.RunAsync("status")).ExitCode == 0, Patience)).ShouldBeTrue(stage);
        }

        var ended = await home.RunAsync("rollout", "status", "penguins", "--wait");
        ended.ExitCode.ShouldBe(0, ended.ToString());
        ended.Output.ShouldContain("complete");
        (await Eventually.BecomesAsync(() => home.Replicas().Count == 2, Patience)).ShouldBeTrue();
        home.Replicas().ShouldAllBe(r => r.Replica!.StartsWith("penguins-2-", StringComparison.Ordinal));
        await ShouldHaveNoFailureAsync(load);
        (await home.RunAsync("down", "--all")).ExitCode.ShouldBe(0);
        home.Replicas().ShouldBeEmpty();
        foreach (var controller in controllers) controller.Dispose();
    }

    private static string After(string mark, string text) => text.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at ? text[at..] : "";

    private static ConstantLoad Health(FairleadHomeUnderTest home)
    {
        var load = new ConstantLoad(100, () => new HttpRequestMessage(HttpMethod.Get, new Uri(home.Gateway, "services/custom-python/healthz")), r => Task.FromResult(r.IsSuccessStatusCode));
        load.Start();
        return load;
    }

    private static async Task ShouldHaveNoFailureAsync(ConstantLoad load)
    {
        var report = await load.StopAsync();
        report.Failures.ShouldBeEmpty($"{report.Failures.Count} of {report.Sent} requests failed");
        report.Sent.ShouldBeGreaterThan(100);
    }
}

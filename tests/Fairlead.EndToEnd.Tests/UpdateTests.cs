using Fairlead.Testing;
using Fairlead.Testing.Examples;
using Fairlead.Testing.Programs;
using Fairlead.Testing.Skipping;

namespace Fairlead.EndToEnd.Tests;

public class UpdateTests
{
    [Fact]
    public async Task AnUpdateUnderLoadFailsNoRequest()
    {
        await using var home = Built.NewHome();
        using var example = Scratch.Of("penguins");
        (await home.RunAsync("up", example.Path, "-d")).ExitCode.ShouldBe(0);
        var before = home.Replicas().Select(r => r.Pid).ToList();
        await using var load = PenguinRequests.Load(home);

        example.Replace("fairlead.yaml", "version: 1.0.0", "version: 1.0.1");
        var up = await home.RunAsync("up", example.Path, "-d");

        up.ExitCode.ShouldBe(0, up.ToString());
        (await Eventually.BecomesAsync(() => home.Replicas().Count == 2 && !home.Replicas().Any(r => before.Contains(r.Pid)), TimeSpan.FromSeconds(30))).ShouldBeTrue();
        var report = await load.StopAsync();
        report.Failures.ShouldBeEmpty($"{report.Failures.Count} of {report.Sent} requests failed");
    }

    [Fact]
    public async Task ARevisionWithAWrongGoldenAnswerIsRolledBackWhileTheOldOneServes()
    {
        await using var home = Built.NewHome();
        using var example = Scratch.Of("penguins");
        File.AppendAllText(Path.Combine(example.Path, "fairlead.yaml"), "rollout: {deadline: 5s}\n");
        (await home.RunAsync("up", example.Path, "-d")).ExitCode.ShouldBe(0);
        await using var load = PenguinRequests.Load(home);

        example.Replace("fairlead.yaml", "version: 1.0.0", "version: 1.0.1");
        var golden = Path.Combine(example.Path, "golden.json");
        File.WriteAllText(golden, GoldenAnswers.WithWrongSpecies(File.ReadAllText(golden)));
        var up = await home.RunAsync("up", example.Path, "-d");

        up.ExitCode.ShouldBe(1, up.ToString());
        up.Errors.ShouldContain("golden");
        (await Eventually.BecomesAsync(() => home.Replicas().Count == 2, TimeSpan.FromSeconds(30))).ShouldBeTrue();
        var why = await home.RunAsync("why", "penguins");
        why.Output.ShouldContain("golden", customMessage: why.ToString());
        var report = await load.StopAsync();
        report.Failures.ShouldBeEmpty($"{report.Failures.Count} of {report.Sent} requests failed");
    }

    [FactWhereProgram("python3", "apt-get install python3")]
    public async Task APythonServiceRunsLikeAnyOther()
    {
        await using var home = Built.NewHome();
        using var example = Scratch.Of("custom-python");
        var up = await home.RunAsync("up", example.Path, "-d");
        up.ExitCode.ShouldBe(0, up.ToString());

        home.Replicas()[0].Signal(Signals.Kill);
        (await Eventually.BecomesAsync(() => home.Replicas().Count == 2, TimeSpan.FromSeconds(20))).ShouldBeTrue();
        (await home.RunAsync("scale", "custom-python", "3")).ExitCode.ShouldBe(0);

        using var client = new HttpClient();
        using var health = await client.GetAsync(new Uri(home.Gateway, "services/custom-python/healthz"));
        ((int)health.StatusCode).ShouldBe(200);
        await UpTests.ShouldComeDownAsync(home);
    }
}

using Fairlead.Testing;
using Fairlead.Testing.Load;
using Fairlead.Testing.Skipping;

namespace Fairlead.EndToEnd.Tests;

public class CanaryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [FactWhereProgram("python3", "apt-get install python3")]
    public async Task ACanaryThatFailsItsRequestsIsRolledBackAndTheErrorsStayWithinItsShare()
    {
        await using var home = Built.NewHome();
        using var example = Scratch.Of("custom-python");
        File.AppendAllText(Path.Combine(example.Path, "fairlead.yaml"), "rollout: {strategy: canary, steps: [5%, 50%], every: 1m, judge: {error_rate: 1%}}\n");
        (await home.RunAsync("up", example.Path, "-d")).ExitCode.ShouldBe(0);
        var before = home.Replicas().Select(r => r.Pid).Order().ToList();
        await using var load = new ConstantLoad(200, () => new HttpRequestMessage(HttpMethod.Get, new Uri(home.Gateway, "services/custom-python/nothing")), r => Task.FromResult((int)r.StatusCode == 404));
        load.Start();
        (await Eventually.BecomesAsync(() => load.Sent > 400, Patience)).ShouldBeTrue();

        // Ready as ever, and every request but the health check fails.
        example.Replace("app.py", "return 404, {\"error\"", "return 500, {\"error\"");
        var up = await home.RunAsync("up", example.Path, "-d");

        up.ExitCode.ShouldBe(1, up.ToString());
        up.Errors.ShouldContain("error_rate allows 1%");
        (await Eventually.BecomesAsync(() => home.Replicas().Select(r => r.Pid).Order().SequenceEqual(before), Patience)).ShouldBeTrue();
        var after = load.Failures.Count;
        var goal = load.Sent + 400;
        (await Eventually.BecomesAsync(() => load.Sent >= goal, Patience)).ShouldBeTrue();
        var report = await load.StopAsync();
        report.Failures.Count.ShouldBe(after, "what serves again fails nothing");
        // Its share is 5 %: twice that allows for chance in so short a time.
        report.Failures.Count.ShouldBeLessThanOrEqualTo((int)(report.Sent * 0.1));
        report.Failures.ShouldAllBe(f => f.StartsWith("500", StringComparison.Ordinal));
    }
}

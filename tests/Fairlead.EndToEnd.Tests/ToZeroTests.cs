using System.Net;
using Fairlead.Testing;
using Fairlead.Testing.Examples;

namespace Fairlead.EndToEnd.Tests;

/// <summary>A deployment that nobody asks runs nothing, and whoever asks then is answered.</summary>
public class ToZeroTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task WithMinZero_AnIdleDeploymentRunsNothing_AndItsFirstRequestsAreAnswered()
    {
        using var example = Scratch.Of("penguins");
        example.Replace("fairlead.yaml", "scale: {min: 2}", "scale: {min: 0, cooldown: 1s, targets: {in_flight: 100}}");
        example.Replace("fairlead.yaml", "timeout: 2s", "timeout: 20s");
        await using var home = Built.NewHome();
        var up = await home.RunAsync("up", example.Path, "-d");
        up.ExitCode.ShouldBe(0, up.ToString());

        (await Eventually.BecomesAsync(() => home.Replicas().Count == 0, Patience)).ShouldBeTrue();
        var status = await home.RunAsync("status");
        status.Output.ShouldContain("idle, 0 of 0 replicas: starts at the first request");
        (await home.RunAsync("why", "penguins")).ExitCode.ShouldBe(0, "nothing is amiss");
        using var client = new HttpClient();
        (await client.GetAsync(new Uri(home.Gateway, "v2/models/penguins/ready"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        home.Replicas().ShouldBeEmpty("who only looks wakes nobody");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => PenguinRequests.AnswersAsync(home)));

        answers.ShouldAllBe(right => right);
        home.Replicas().ShouldHaveSingleItem();
        (await home.RunAsync("events")).Output.ShouldContain("a request waits at the gateway");
    }
}

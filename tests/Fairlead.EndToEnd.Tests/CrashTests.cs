using Fairlead.Testing;
using Fairlead.Testing.Examples;
using Fairlead.Testing.Load;
using Fairlead.Testing.Models;
using Fairlead.Testing.Programs;

namespace Fairlead.EndToEnd.Tests;

/// <summary>A replica that ends through its own fault is replaced, the gateway tries another, and other models do not notice.</summary>
public class CrashTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task ANativeCrashIsReplacedNoRequestFailsAndAnotherModelDoesNotNotice()
    {
        await using var home = Built.NewHome();
        (await home.RunAsync("up", Built.Example("penguins"), "-d")).ExitCode.ShouldBe(0);
        (await home.RunAsync("up", Built.Example("digits"), "-d")).ExitCode.ShouldBe(0);
        var others = PidsOf(home, "digits");
        await using var load = PenguinRequests.Load(home);
        await RunsAsync(load, 400);

        var victim = PidsOf(home, "penguins")[0];

        // The runtime survives the first that comes from outside, and leaves the next to the system.
        (await Eventually.BecomesAsync(() => !IsLeft(victim), Patience)).ShouldBeTrue();
        (await Eventually.BecomesAsync(() => PidsOf(home, "penguins").Count == 2, Patience)).ShouldBeTrue();
        await RunsAsync(load, 400);
        var report = await load.StopAsync();
        report.Failures.ShouldBeEmpty($"{report.Failures.Count} of {report.Sent} requests failed");
        PidsOf(home, "digits").ShouldBe(others);

        bool IsLeft(int pid)
        {
            Signals.Send(pid, Signals.SegmentationFault);
            return PidsOf(home, "penguins").Contains(pid);
        }
    }

    [FactWhereMemoryIsLimited]
    public async Task AnOutOfMemoryKillIsReplacedAndAnotherModelDoesNotNotice()
    {
        await using var home = Built.NewHome();
        using var folder = new Scratch();
        File.WriteAllBytes(Path.Combine(folder.Path, "hungry.onnx"), TinyModels.Hungry());
        folder.Write("fairlead.yaml", "name: hungry\nversion: 1.0.0\nmodel: {file: hungry.onnx}\nresources: {memory: 256MiB}\n");
        (await home.RunAsync("up", Built.Example("penguins"), "-d")).ExitCode.ShouldBe(0);
        (await home.RunAsync("up", folder.Path, "-d")).ExitCode.ShouldBe(0);
        var (others, victims) = (PidsOf(home, "penguins"), PidsOf(home, "hungry"));
        await using var load = PenguinRequests.Load(home);
        await RunsAsync(load, 200);

        using var client = new HttpClient();
        using var answer = await client.SendAsync(Hunger(home, 1_000_000_000));
        ((int)answer.StatusCode).ShouldBeGreaterThanOrEqualTo(500);

        (await Eventually.BecomesAsync(() => PidsOf(home, "hungry") is { Count: > 0 } now && !now.Intersect(victims).Any(), Patience)).ShouldBeTrue();
        (await home.RunAsync("events")).Output.ShouldContain("memory");
        await RunsAsync(load, 200);
        var report = await load.StopAsync();
        report.Failures.ShouldBeEmpty($"{report.Failures.Count} of {report.Sent} requests failed");
        PidsOf(home, "penguins").ShouldBe(others);
        (await Eventually.BecomesAsync(async () => (await client.SendAsync(Hunger(home, 10))).IsSuccessStatusCode, Patience)).ShouldBeTrue();
    }

    private static HttpRequestMessage Hunger(FairleadHomeUnderTest home, long elements) =>
        new(HttpMethod.Post, new Uri(home.Gateway, "v2/models/hungry/infer")) { Content = new StringContent($$"""{"inputs":[{"name":"n","datatype":"INT64","shape":[1],"data":[{{elements}}]}]}""") };

    private static List<int> PidsOf(FairleadHomeUnderTest home, string deployment) =>
        [.. home.Replicas().Where(r => r.Replica!.StartsWith(deployment + "-", StringComparison.Ordinal)).Select(r => r.Pid).Order()];

    private static async Task RunsAsync(ConstantLoad load, int requests)
    {
        var goal = load.Sent + requests;
        (await Eventually.BecomesAsync(() => load.Sent >= goal, TimeSpan.FromSeconds(60))).ShouldBeTrue();
    }
}

/// <summary>Skipped, visibly, where no control group for memory can be made.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWhereMemoryIsLimitedAttribute : FactAttribute
{
    public FactWhereMemoryIsLimitedAttribute()
    {
        if (Environment.UserName != "root" || !(Directory.Exists("/sys/fs/cgroup/memory") || File.Exists("/sys/fs/cgroup/cgroup.controllers"))) Skip = "Needs root and control groups for memory: run the tests as root on a machine that has them.";
    }
}

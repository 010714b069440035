using System.Text.Json;
using Fairlead.Testing.Registries;

namespace Fairlead.EndToEnd.Tests.Images;

/// <summary>What a new version of a model costs on the wire.</summary>
public sealed class SecondVersionTests
{
    private const long Allowance = 30_000;

    [RegistryFact]
    public async Task ASecondVersionSendsItsModelAndAtMost30KilobytesMore()
    {
        await using var registry = await RegistryServer.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(registry.Address);
        await using var home = Built.NewHome();
        using var folder = Scratch.Of("penguins");
        var target = $"{proxy.Address}/models/penguins";
        await home.RunAsync("build", folder.Path);
        (await home.RunAsync("push", "penguins:1.0.0", "--to", target)).ExitCode.ShouldBe(0);
        folder.Replace("fairlead.yaml", "version: 1.0.0", "version: 1.1.0");
        var built = await home.RunAsync("build", folder.Path, "--output", "json");
        built.ExitCode.ShouldBe(0, built.ToString());
        var before = proxy.Seen.Count;

        var pushed = await home.RunAsync("push", "penguins:1.1.0", "--to", target);

        pushed.ExitCode.ShouldBe(0, pushed.ToString());
        var model = JsonElement.Parse(built.Output).GetProperty("layers").EnumerateArray().Single(l => l.GetProperty("title").GetString() == "model").GetProperty("size").GetInt64();
        var sent = proxy.Seen.Skip(before).ToList();
        sent.Sum(r => r.BodyBytes + r.HeaderBytes).ShouldBeLessThanOrEqualTo(model + Allowance, string.Join('\n', sent));
    }
}

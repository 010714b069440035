using System.Net;
using Fairlead.Core.Results;
using Fairlead.Oci.Registries;
using Fairlead.Testing.Registries;

namespace Fairlead.Oci.Tests.Registries;

/// <summary>Real traffic between this client and a real registry, with harm done to it on the way.</summary>
public sealed class FaultTests : RegistryTestBase
{
    private const string Repository = "models/penguins";

    [RegistryFact]
    public async Task APieceCutInTheMiddleIsSentOn_AndWhatHasArrivedIsNotSentAgain()
    {
        await using var registry = await RegistryServer.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(registry.Address);
        await ImageAsync();
        proxy.On("PATCH", "", new Fault.CutAnswer(0), new Fault.CutRequest(300_000));

        await SucceedsAsync(proxy);

        foreach (var seen in proxy.Seen) Console.WriteLine(seen);
    }

    private async Task SucceedsAsync(FaultProxy proxy)
    {
        var pushed = await PushAsync($"{proxy.Address}/{Repository}");
        pushed.Problems.ShouldBeEmpty();
        var pulled = await PullAsync($"{proxy.Address}/{Repository}:1.0.0");
        pulled.Problems.ShouldBeEmpty();
        pulled.Value.Image.Manifest.Digest.ShouldBe(pushed.Value.Digest);
        await VerifyAsync(There.Store);
    }
}

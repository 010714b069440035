using Fairlead.Oci.Registries.Transfers;
using Fairlead.Testing.Programs;
using Fairlead.Testing.Registries;

namespace Fairlead.Oci.Tests.Registries;

/// <summary>Against the real registry, without faults.</summary>
public sealed class PushPullTests : RegistryTestBase
{
    [RegistryFact]
    public async Task WhatIsPushedIsPulledAsItWas()
    {
        await using var registry = await RegistryServer.StartAsync();
        var image = await ImageAsync();

        var pushed = await PushAsync($"{registry.Address}/models/penguins");
        var pulled = await PullAsync($"{registry.Address}/models/penguins:1.0.0");

        pushed.Value.Digest.ShouldBe(image.Manifest.Digest);
        pulled.Value.Image.Manifest.Digest.ShouldBe(image.Manifest.Digest);
        pulled.Value.Image.Name.ToString().ShouldBe("penguins:1.0.0");
        await VerifyAsync(There.Store);
    }
}

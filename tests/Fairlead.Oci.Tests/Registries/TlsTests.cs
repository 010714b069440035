using Fairlead.Oci.Registries;
using Fairlead.Testing.Programs;
using Fairlead.Testing.Registries;

namespace Fairlead.Oci.Tests.Registries;

public sealed class TlsTests : RegistryTestBase
{
    private readonly TestAuthority _authority = new();

    [RegistryFact]
    public async Task APrivateAuthorityIsTrustedWhenItIsNamed_AndOnlyThen()
    {
        await using var registry = await RegistryServer.StartAsync(new RegistrySetup(Tls: (_authority.Certificate, _authority.Key)));
        await ImageAsync();
        var trusting = Options with { CertificateFile = _authority.RootFile };

        (await PushAsync($"{registry.Address}/penguins", trusting)).Problems.ShouldBeEmpty();
        (await PullAsync($"{registry.Address}/penguins:1.0.0", trusting)).Problems.ShouldBeEmpty();

        // Loopback, where plain HTTP would be taken: but this one speaks TLS, and shows a certificate of nobody known.
        var problem = (await PullAsync($"{registry.Address}/penguins:1.0.0")).Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe("FL7307");
        problem.Hint.ShouldContain("FAIRLEAD_REGISTRY_CA");
    }

    [RegistryTheory]
    [InlineData("another authority")]
    [InlineData("another host's certificate")]
    public async Task WhatTheAuthorityDidNotSignForThisHostIsNotTrusted(string what)
    {
        using var other = new TestAuthority(host: what == "another authority" ? "127.0.0.1" : "registry.example.com");
        await using var registry = await RegistryServer.StartAsync(new RegistrySetup(Tls: (other.Certificate, other.Key)));
        await ImageAsync(size: 100);
        var options = Options with { CertificateFile = what == "another authority" ? _authority.RootFile : other.RootFile };

        (await PushAsync($"{registry.Address}/penguins", options)).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7307");
    }

    [Theory]
    [InlineData("no certificate in it")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public async Task AnAuthorityThatIsNoneIsAProblem(string content)
    {
        await ImageAsync(size: 100);

        (await PushAsync("127.0.0.1:1/penguins", Options with { CertificateFile = Here.Write("ca.pem", content) })).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7305");
        RegistryOptions.FromEnvironment(name => name == RegistryOptions.CertificateVariable ? "/nowhere.pem" : null, TimeProvider.System).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7304");
    }

    [RegistryFact]
    public async Task Skopeo_FindsWhatWasPushed_WithUsersAndTls()
    {
        await using var registry = await RegistryServer.StartAsync(new RegistrySetup(Users: new Dictionary<string, string> { ["ann"] = "secret" }, Tls: (_authority.Certificate, _authority.Key)));
        var image = await ImageAsync();
        var options = Options with { CertificateFile = _authority.RootFile, Credentials = Oci.Registries.Authentication.CredentialSource.FromEnvironment(name => name switch { "FAIRLEAD_REGISTRY_USERNAME" => "ann", "FAIRLEAD_REGISTRY_PASSWORD" => "secret", "HOME" => "/nonexistent", _ => null }) };
        (await PushAsync($"{registry.Address}/penguins", options)).Problems.ShouldBeEmpty();

        var inspected = await Tool.RunAsync("skopeo", "inspect", "--creds", "ann:secret", "--cert-dir", _authority.Folder, $"docker://{registry.Address}/penguins:1.0.0");
        var copied = await Tool.RunAsync("skopeo", "copy", "--src-creds", "ann:secret", "--src-cert-dir", _authority.Folder, $"docker://{registry.Address}/penguins:1.0.0", $"oci:{There.Folder}:copy");

        inspected.ExitCode.ShouldBe(0, inspected.ToString());
        inspected.Output.ShouldContain(image.Manifest.Digest.Value);
        copied.ExitCode.ShouldBe(0, copied.ToString());
        File.ReadAllText(Path.Combine(There.Folder, "index.json")).ShouldContain(image.Manifest.Digest.Value);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _authority.Dispose();
        base.Dispose(disposing);
    }
}

using System.Text;
using Fairlead.Oci.Registries;
using Fairlead.Oci.Registries.Authentication;
using Fairlead.Testing.Registries;

namespace Fairlead.Oci.Tests.Registries;

public sealed class AuthenticationTests : RegistryTestBase
{
    private const string User = "ann";
    private const string Password = "pass word:with-colon";
    private static readonly RegistrySetup WithUsers = new(Users: new Dictionary<string, string> { [User] = Password });

    [RegistryTheory]
    [InlineData("the environment")]
    [InlineData("the environment, for this registry")]
    [InlineData("docker's configuration")]
    [InlineData("docker's configuration, with the address of old as key")]
    [InlineData("a credential helper")]
    [InlineData("a credential helper for this registry")]
    public async Task CredentialsAreFoundWhereTheyAre(string where)
    {
        await using var registry = await RegistryServer.StartAsync(WithUsers);
        await ImageAsync(size: 1000);
        var auth = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));
        var options = where switch
        {
            "the environment" => With((CredentialSource.Username, User), (CredentialSource.Password, Password)),
            "the environment, for this registry" => With((CredentialSource.Username, User), (CredentialSource.Password, Password), (CredentialSource.Registry, registry.Address)),
            "docker's configuration" => WithDocker("""{"auths":{"ADDRESS":{"auth":"AUTH"}}}""".Replace("AUTH", auth, StringComparison.Ordinal), registry.Address),
            "docker's configuration, with the address of old as key" => WithDocker("""{"auths":{"https://ADDRESS/v1/":{"auth":"AUTH"}}}""".Replace("AUTH", auth, StringComparison.Ordinal), registry.Address),
            "a credential helper" => WithDocker("""{"credsStore":"HELPER"}""", registry.Address),
            _ => WithDocker("""{"credHelpers":{"ADDRESS":"HELPER"},"credsStore":"not-asked"}""", registry.Address),
        };

        (await PushAsync($"{registry.Address}/penguins", options)).Problems.ShouldBeEmpty();
        (await PullAsync($"{registry.Address}/penguins:1.0.0", options)).Problems.ShouldBeEmpty();
    }

    [RegistryFact]
    public async Task NoneOrWrongCredentials_AreToldWithWhereTheyCameFrom_AndNeverShown()
    {
        await using var registry = await RegistryServer.StartAsync(WithUsers);
        await ImageAsync(size: 1000);
        const string Wrong = "wrong-and-secret";

        var none = await PushAsync($"{registry.Address}/penguins");
        var others = await PushAsync($"{registry.Address}/penguins", With((CredentialSource.Username, User), (CredentialSource.Password, Password), (CredentialSource.Registry, "elsewhere.example.com")));
        var wrong = await PushAsync($"{registry.Address}/penguins", With((CredentialSource.Username, User), (CredentialSource.Password, Wrong)));

        none.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7309");
        others.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7309");
        var problem = wrong.Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe("FL7310");
        problem.Message.ShouldContain(CredentialSource.Username);
        problem.ToString().ShouldNotContain(Wrong);
    }

    [Theory]
    [InlineData("{", "FL7314")]
    [InlineData("""{"auths":{"ADDRESS":{"auth":"no base64 of secret"}}}""", "FL7314")]
    [InlineData("""{"credsStore":"is-not-installed"}""", "FL7315")]
    [InlineData("""{"credsStore":"../../bin/sh"}""", "FL7315")]
    public async Task AConfigurationThatCannotBeUsedIsToldWithoutItsContent(string config, string code)
    {
        await using var server = await Fairlead.Testing.Http.StubServer.StartAsync((_, response, _) =>
        {
            response.StatusCode = 401;
            response.Headers.WWWAuthenticate = "Basic realm=\"x\"";
            return Task.CompletedTask;
        });
        await ImageAsync(size: 1000);

        var problem = (await PushAsync($"{server.Address}/penguins", WithDocker(config, server.Address))).Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe(code);
        problem.ToString().ShouldNotContain("secret");
    }

    [RegistryFact]
    public async Task Tokens_AreAskedForOnce_WithTheScopesThatAreNeeded()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var registry = await RegistryServer.StartAsync(issuer.Setup);
        await ImageAsync();
        var options = With((CredentialSource.Username, issuer.Account.User), (CredentialSource.Password, issuer.Account.Password));

        (await PushAsync($"{registry.Address}/models/penguins", options)).Problems.ShouldBeEmpty();
        (await PullAsync($"{registry.Address}/models/penguins:1.0.0", options)).Problems.ShouldBeEmpty();

        issuer.Asked.ShouldBe(["repository:models/penguins:pull,push", "repository:models/penguins:pull"]);
    }

    [RegistryFact]
    public async Task Tokens_ThatEndSoonAreReplacedBefore()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var registry = await RegistryServer.StartAsync(issuer.Setup);
        await ImageAsync(size: 1000);
        // Within the margin: each is used once, for the request that was refused.
        issuer.ExpiresIn = 5;

        (await PushAsync($"{registry.Address}/models/penguins", With((CredentialSource.Username, issuer.Account.User), (CredentialSource.Password, issuer.Account.Password)))).Problems.ShouldBeEmpty();

        issuer.Asked.Count.ShouldBeGreaterThan(5);
    }

    [RegistryFact]
    public async Task Tokens_ThatTheRegistryNoLongerTakesAreReplaced()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var registry = await RegistryServer.StartAsync(issuer.Setup);
        await using var proxy = await FaultProxy.StartAsync(registry.Address);
        await ImageAsync();
        var challenge = $"Bearer realm=\"{issuer.Setup.Token!.Value.Realm}\",service=\"test registry\",error=\"invalid_token\"";
        proxy.On("PATCH", "/blobs/uploads/", new Fault.Late(TimeSpan.Zero), new Fault.Status(401, "WWW-Authenticate", challenge));

        var pushed = await PushAsync($"{proxy.Address}/models/penguins", With((CredentialSource.Username, issuer.Account.User), (CredentialSource.Password, issuer.Account.Password)));

        pushed.Problems.ShouldBeEmpty();
        issuer.Asked.Count.ShouldBe(2);
        proxy.Pending.ShouldBe(0);
    }

    [RegistryFact]
    public async Task Tokens_AreGivenForAnIdentityTokenToo_AndRefusedToOthers()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var registry = await RegistryServer.StartAsync(issuer.Setup);
        await ImageAsync(size: 1000);

        var known = await PushAsync($"{registry.Address}/models/penguins", WithDocker("""{"auths":{"ADDRESS":{"identitytoken":"TOKEN"}}}""".Replace("TOKEN", issuer.RefreshToken, StringComparison.Ordinal), registry.Address));
        var wrong = await PushAsync($"{registry.Address}/models/other", WithDocker("""{"auths":{"ADDRESS":{"identitytoken":"stolen"}}}""", registry.Address));
        var nobody = await PushAsync($"{registry.Address}/models/other");

        known.Problems.ShouldBeEmpty();
        wrong.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7310");
        nobody.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7309");
    }

    [Fact]
    public void WhatHoldsASecretDoesNotPrintIt()
    {
        object[] holders = [new RegistryCredentials("ann", "s3cret", false, "x"), new RegistryToken("s3cret", default), new DockerAuth("s3cret", "s3cret", "s3cret", "s3cret"), new HelperAnswer("s3cret", "s3cret"), new TokenAnswer("s3cret", "s3cret", 1)];

        holders.ShouldAllBe(h => h.ToString() == "[REDACTED]");
    }

    [Theory]
    [InlineData("Bearer realm=\"https://auth.example.com/token\",service=\"registry\"", "https://auth.example.com/token")]
    [InlineData("bearer REALM=\"https://auth.example.com/token?a=b\"", "https://auth.example.com/token?a=b")]
    [InlineData("Bearer realm=\"ftp://x/\"", null)]
    [InlineData("Bearer", null)]
    public void Challenges(string header, string? realm)
    {
        var challenge = Challenge.Choose([System.Net.Http.Headers.AuthenticationHeaderValue.Parse(header)]);

        (challenge as Challenge.Bearer)?.Realm.ToString().ShouldBe(realm);
        (challenge is null).ShouldBe(realm is null);
    }

    private static RegistryOptions With(params (string Name, string Value)[] variables)
    {
        var environment = variables.ToDictionary(v => v.Name, v => v.Value);
        return Options with { Credentials = CredentialSource.FromEnvironment(name => environment.GetValueOrDefault(name) ?? (name == "HOME" ? "/nonexistent" : null)) };
    }

    /// <param name="config">With ADDRESS for the registry, and HELPER for a credential helper that answers for it.</param>
    private RegistryOptions WithDocker(string config, string address)
    {
        var name = $"test-{Guid.NewGuid():n}";
        var text = config.Replace("ADDRESS", address, StringComparison.Ordinal).Replace("HELPER", name, StringComparison.Ordinal);
        var folder = Path.GetDirectoryName(Here.Write("docker/config.json", text))!;
        if (text.Contains(name, StringComparison.Ordinal)) InstallHelper(name, address);
        return With(("DOCKER_CONFIG", folder));
    }

    // Helpers are looked up in the PATH of the process, which all tests share; the name is this test's own.
    private void InstallHelper(string name, string address)
    {
        var helper = Here.Write($"bin/docker-credential-{name}", $$"""
            #!/bin/sh
            read -r server
            [ "$1" = get ] && [ "$server" = "{{address}}" ] || { echo "credentials not found in native keychain"; exit 1; }
            echo '{"ServerURL":"{{address}}","Username":"{{User}}","Secret":"{{Password}}"}'

            """);
        File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Environment.SetEnvironmentVariable("PATH", $"{Environment.GetEnvironmentVariable("PATH")}:{Path.GetDirectoryName(helper)}");
    }
}

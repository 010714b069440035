using System.Diagnostics;
using System.Net.Sockets;
using Fairlead.Testing.Programs;
using Xunit;

namespace Fairlead.Testing.Registries;

/// <summary>A test against the real registry of Docker, some with skopeo as the other client; skipped, visibly, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RegistryFactAttribute : FactAttribute
{
    public RegistryFactAttribute()
    {
        if (!File.Exists(RegistryServer.Program)) Skip = RegistryServer.HowToInstall;
    }
}

/// <summary>Like <see cref="RegistryFactAttribute"/>, with rows.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RegistryTheoryAttribute : TheoryAttribute
{
    public RegistryTheoryAttribute()
    {
        if (!File.Exists(RegistryServer.Program)) Skip = RegistryServer.HowToInstall;
    }
}

/// <summary>How a registry under test is set up.</summary>
/// <param name="Users">Name and password; with any, all requests need one.</param>
/// <param name="Tls">Certificate and key files.</param>
/// <param name="Token">Where tokens are given out, and the certificate that they are signed with.</param>
public sealed record RegistrySetup(
    IReadOnlyDictionary<string, string>? Users = null, (string Certificate, string Key)? Tls = null, (Uri Realm, string Service, string Issuer, string Certificate)? Token = null);

/// <summary>The real <c>docker-registry</c> on a free loopback port, with a folder of its own.</summary>
public sealed class RegistryServer : IAsyncDisposable
{
    public const string Program = "/usr/bin/docker-registry";
    public const string HowToInstall = "'docker-registry' is not installed: apt-get install docker-registry apache2-utils skopeo";
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fairlead-registry-");
    private readonly RunningCommand _command;

    private RegistryServer(int port, RegistrySetup setup)
    {
        Address = $"127.0.0.1:{port}";
        var config = Path.Combine(_folder.FullName, "config.yml");
        File.WriteAllText(config, Configuration(setup));
        var start = new ProcessStartInfo(Program, ["serve", config]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OTEL_TRACES_EXPORTER"] = "none";
        _command = new RunningCommand(Process.Start(start)!);
    }

    /// <summary><c>host:port</c>.</summary>
    public string Address { get; }

    /// <summary>Where it keeps its blobs, for tests that damage them.</summary>
    public string Storage => Path.Combine(_folder.FullName, "data");

    public static async Task<RegistryServer> StartAsync(RegistrySetup? setup = null)
    {
        var port = FairleadHomeUnderTest.FreePort();
        var server = new RegistryServer(port, setup ?? new RegistrySetup());
        if (await Eventually.BecomesAsync(() => Listens(port) || server._command.Process.HasExited, StartDeadline) && !server._command.Process.HasExited) return server;
        var output = server._command.Errors;
        await server.DisposeAsync();
        throw new InvalidOperationException($"docker-registry did not start: {output}");
    }

    /// <summary>The file of a blob in the registry's storage.</summary>
    public string BlobFile(string hex) => Path.Combine(Storage, "docker/registry/v2/blobs/sha256", hex[..2], hex, "data");

    public async ValueTask DisposeAsync()
    {
        if (!_command.Process.HasExited) _command.Process.Kill();
        await _command.WaitAsync(CancellationToken.None);
        _command.Dispose();
        _folder.Delete(recursive: true);
    }

    private string Configuration(RegistrySetup setup)
    {
        var lines = new List<string>
        {
            "version: 0.1", "log: {level: error, accesslog: {disabled: true}}",
            $"storage: {{filesystem: {{rootdirectory: {Storage}}}, delete: {{enabled: true}}}}",
            $"http: {{addr: '{Address}', secret: test{Tls(setup)}}}",
        };
        if (setup.Users is { Count: > 0 } users) lines.Add($"auth: {{htpasswd: {{realm: test, path: {WriteUsers(users)}}}}}");
        if (setup.Token is { } token) lines.Add($"auth: {{token: {{realm: '{token.Realm}', service: '{token.Service}', issuer: '{token.Issuer}', rootcertbundle: {token.Certificate}}}}}");
        return string.Join('\n', lines);
    }

    private static string Tls(RegistrySetup setup) => setup.Tls is { } tls ? $", tls: {{certificate: {tls.Certificate}, key: {tls.Key}}}" : "";

    private string WriteUsers(IReadOnlyDictionary<string, string> users)
    {
        var file = Path.Combine(_folder.FullName, "htpasswd");
        foreach (var (name, password) in users)
        {
            using var htpasswd = Process.Start(new ProcessStartInfo("htpasswd", ["-bBC5", .. File.Exists(file) ? Array.Empty<string>() : ["-c"], file, name, password]) { UseShellExecute = false, RedirectStandardError = true })!;
            htpasswd.WaitForExit();
            if (htpasswd.ExitCode != 0) throw new InvalidOperationException("htpasswd failed.");
        }

        return file;
    }

    private static bool Listens(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

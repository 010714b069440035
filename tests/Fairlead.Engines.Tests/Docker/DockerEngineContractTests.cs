using Fairlead.Core.Engines;
using Fairlead.Engines.Docker.Containers;
using Fairlead.Testing.Containers;
using Fairlead.Testing.Engines;

namespace Fairlead.Engines.Tests.Docker;

[SkippedWithoutDocker]
public sealed class DockerEngineContractTests : EngineContract, IAsyncLifetime
{
    private readonly DockerHome _home = new();
    private readonly DockerHome _other = new();
    private readonly Dictionary<string, string> _inspected = [];

    public async Task InitializeAsync()
    {
        await ShellImage.MakeAsync();
        _home.Secrets[SecretName] = SecretValue;
    }

    public async Task DisposeAsync()
    {
        await _home.EndAsync();
        await _other.EndAsync();
    }

    protected override IEngine Open() => _home.Open();

    protected override IEngine OpenElsewhere() => _other.Open();

    protected override ReplicaSpec Spec(TestProgram program) => DockerHome.Of(program);

    protected override void Kill(ReplicaState replica) => Docker("kill", replica.Handle);

    protected override string? VariableOf(ReplicaState replica, string name)
    {
        _inspected[replica.Handle] = Docker("inspect", replica.Handle);
        var variables = Docker("inspect", "--format", "{{range .Config.Env}}{{println .}}{{end}}", replica.Handle).Split('\n');
        return variables.FirstOrDefault(v => v.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
    }

    protected override string? FileOf(ReplicaState replica, string path) => Docker("exec", replica.Handle, "cat", path);

    protected override IEnumerable<string> WrittenText() =>
    [
        .. _inspected.Values,
        .. Directory.EnumerateFiles(_home.Root, "*", SearchOption.AllDirectories).Select(File.ReadAllText),
        .. Directory.EnumerateFiles("/dev/shm", "*", SearchOption.AllDirectories).Where(f => f.Contains(ContainerLabels.HomeId(_home.Home), StringComparison.Ordinal)).Select(File.ReadAllText),
    ];

    private static string Docker(params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("docker", arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}

using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Fairlead.Api.Client;
using Fairlead.Core.Homes;
using Fairlead.Testing;
using Fairlead.Testing.Programs;

namespace Fairlead.Bench.ZeroDrop;

/// <summary>The built program on a home of its own, with the penguins example deployed to it: used as a user would.</summary>
internal sealed class Subject(string engine) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("zero-drop-");
    private int _version;

    private const string Name = "penguins";

    public FairleadHomeUnderTest Home { get; } = new(Metadata("FairleadProgram"));

    public async Task UpAsync()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Metadata("RepositoryRoot"), "examples", "penguins"))) File.Copy(file, Path.Combine(_folder.FullName, Path.GetFileName(file)));
        await UpdateAsync().ConfigureAwait(false);
    }

    /// <summary>Deploys a new version and waits until it alone serves.</summary>
    public Task UpdateAsync() => DeployAsync(++_version);

    /// <summary>Goes back to the revision before; the next time forth again.</summary>
    public Task RollBackAsync() => Home.SucceedAsync("rollback", Name);

    public Task ScaleAsync(int replicas) => Home.SucceedAsync("scale", Name, replicas.ToString(CultureInfo.InvariantCulture));

    /// <summary>Kills a replica and waits until as many are ready without it: two at once would be more than one fault.</summary>
    public async Task KillReplicaAsync()
    {
        using var client = ControlClient.Open(new FairleadHome(Home.Home)).Value;
        var before = (await client.GetAsync(Name, CancellationToken.None).ConfigureAwait(false)).Value;
        var victim = before.Replicas.First(r => r.Phase == "ready").Id;
        var killed = await client.InjectFaultAsync(Name, victim, "kill", CancellationToken.None).ConfigureAwait(false);
        if (!killed.IsOk) throw new InvalidOperationException(killed.Problems[0].ToString());
        await UntilAsync(async () => (await client.GetAsync(Name, CancellationToken.None).ConfigureAwait(false)).TryGet(out var now)
            && now.Replicas.All(r => r.Id != victim) && now.Phase == "ready" && now.Ready == before.Desired, "a killed replica was not replaced").ConfigureAwait(false);
    }

    public async Task KillControllerAsync()
    {
        Home.Controller()!.Signal(Signals.Kill);
        await UntilAsync(() => Task.FromResult(Home.Controller() is null), "the controller lives on").ConfigureAwait(false);
        _ = Home.Start("controller", "--started-by", "up");
        await UntilAsync(async () => (await Home.RunAsync("status").ConfigureAwait(false)).ExitCode == 0, "the next controller does not answer").ConfigureAwait(false);
    }

    public Task ReplaceGatewayAsync() => Home.SucceedAsync("gateway", "replace");

    /// <summary>Kills the one that takes the connections, beside which one that drains may live, and returns as soon as it has gone.</summary>
    public async Task KillGatewayAsync()
    {
        using var record = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Home.Home, "run", "gateway.json")).ConfigureAwait(false));
        var pid = record.RootElement.GetProperty("pid").GetInt32();
        Signals.Send(pid, Signals.Kill);
        // SIGKILL takes the kernel a moment, and clients go on sending until then. Spun: whoever waits a millisecond counts a millisecond's requests.
        while (IsRunning(pid)) Thread.SpinWait(100);
    }

    public async ValueTask DisposeAsync()
    {
        await Home.RunAsync("down", "--all").ConfigureAwait(false);
        await Home.DisposeAsync().ConfigureAwait(false);
        _folder.Delete(recursive: true);
    }

    private async Task DeployAsync(int version)
    {
        var manifest = Path.Combine(_folder.FullName, "fairlead.yaml");
        var lines = await File.ReadAllLinesAsync(manifest).ConfigureAwait(false);
        await File.WriteAllLinesAsync(manifest, lines.Select(l => l.StartsWith("version:", StringComparison.Ordinal) ? $"version: 1.0.{version}" : l)).ConfigureAwait(false);
        await Home.SucceedAsync("up", _folder.FullName, "-d", "--engine", engine).ConfigureAwait(false);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, string otherwise)
    {
        if (!await Eventually.BecomesAsync(condition, Patience).ConfigureAwait(false)) throw new TimeoutException($"After {Patience.TotalSeconds} s {otherwise}.");
    }

    /// <summary>A process whose threads have all ended has closed its sockets, whether or not its parent has noticed.</summary>
    private static bool IsRunning(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is not ("Z" or "X") || int.Parse(fields[17], CultureInfo.InvariantCulture) > 1;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string Metadata(string key) =>
        typeof(Subject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}

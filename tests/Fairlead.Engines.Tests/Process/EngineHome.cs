using Fairlead.Core.Engines;
using Fairlead.Core.Homes;
using Fairlead.Core.Identity;
using Fairlead.Engines.Process;
using Fairlead.Engines.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fairlead.Engines.Tests.Process;

/// <summary>A home of its own for one test, with the engines on it; ends what the test left running.</summary>
public sealed class EngineHome
{
    private readonly List<ProcessEngine> _engines = [];

    public EngineHome(string? root = null)
    {
        Root = root ?? Directory.CreateTempSubdirectory("fairlead-engine-").FullName;
        Content = Digest.Of(Guid.NewGuid().ToByteArray());
        Directory.CreateDirectory(Home.ContentOf(Content));
    }

    public string Root { get; }

    public FairleadHome Home => new(Root);

    public Digest Content { get; }

    public Dictionary<string, string> Secrets { get; } = [];

    public ProcessEngine Open(Func<ProcessEngineOptions, ProcessEngineOptions>? change = null)
    {
        var options = new ProcessEngineOptions { Home = Home, ServerProgram = "/bin/sh", LookUpSecret = Secrets.GetValueOrDefault };
        var engine = new ProcessEngine(change?.Invoke(options) ?? options, NullLogger<ProcessEngine>.Instance);
        _engines.Add(engine);
        return engine;
    }

    /// <summary>A replica that runs a shell script.</summary>
    public ReplicaSpec Shell(string script) => Command("/bin/sh", "-c", script);

    public ReplicaSpec Command(params string[] arguments)
    {
        var deployment = DeploymentName.Parse("contract");
        return new ReplicaSpec
        {
            Id = ReplicaId.New(deployment, 1, Random.Shared),
            Deployment = deployment,
            Revision = 1,
            Workload = new Workload.Command(Content, arguments),
        };
    }

    public string FolderOf(ReplicaId replica) => Path.Combine(Home.Replicas, replica.Value);

    /// <summary>Every process that carries the replica's mark.</summary>
    public IReadOnlyList<int> ProcessesOf(ReplicaId replica) =>
        [.. ProcessTable.Read().Where(p => p.IsAlive && ProcessTable.Variable(p.Pid, ReplicaFolder.Mark) == FolderOf(replica)).Select(p => p.Pid)];

    public async Task EndAsync(bool keepRoot = false)
    {
        var last = Open();
        foreach (var replica in (await last.ObserveAsync(CancellationToken.None)).Replicas)
        {
            await last.StopAsync(replica.Id, TimeSpan.Zero, CancellationToken.None);
            await last.RemoveAsync(replica.Id, CancellationToken.None);
        }

        foreach (var engine in _engines) await engine.DisposeAsync();
        if (!keepRoot) Directory.Delete(Root, recursive: true);
    }
}

using Fairlead.Core.Engines;
using Fairlead.Core.Homes;
using Fairlead.Core.Identity;
using Fairlead.Engines.Docker;
using Fairlead.Testing.Containers;
using Fairlead.Testing.Engines;
using Fairlead.Testing.Programs;
using Microsoft.Extensions.Logging.Abstractions;
using DockerEngine = Fairlead.Engines.Docker.DockerEngine;

namespace Fairlead.Engines.Tests.Docker;

/// <summary>A home of its own for one test, with Docker engines on it; removes what the test left.</summary>
internal sealed class DockerHome
{
    private readonly List<DockerEngine> _engines = [];

    public string Root { get; } = Directory.CreateTempSubdirectory("fairlead-docker-").FullName;

    public FairleadHome Home => new(Root);

    public Dictionary<string, string> Secrets { get; } = [];

    public DockerEngine Open(Func<DockerEngineOptions, DockerEngineOptions>? change = null)
    {
        var options = new DockerEngineOptions { Home = Home, Images = new EmptyStore(), LookUpSecret = Secrets.GetValueOrDefault };
        var engine = new DockerEngine(change?.Invoke(options) ?? options, NullLogger<DockerEngine>.Instance);
        _engines.Add(engine);
        return engine;
    }

    public static ReplicaSpec Shell(string script, string deployment = "contract", string image = ShellImage.Name)
    {
        var name = DeploymentName.Parse(deployment);
        return new ReplicaSpec
        {
            Id = ReplicaId.New(name, 1, Random.Shared),
            Deployment = name,
            Revision = 1,
            Workload = new Workload.Image(image, 8080),
            Environment = new Dictionary<string, string> { ["PROGRAM"] = script },
        };
    }

    /// <summary>A shell that is process 1 is given only the signals that it asked for.</summary>
    public static ReplicaSpec Forever(string deployment = "contract") => Shell("trap 'exit 0' TERM; while :; do sleep 1 & wait; done", deployment);

    public static ReplicaSpec Of(TestProgram program) => program switch
    {
        TestProgram.Exit exit => Shell($"exit {exit.Code}"),
        TestProgram.Stubborn => Shell("trap '' TERM; echo stubborn; while :; do sleep 1; done"),
        TestProgram.Print print => Shell($"{string.Join("; ", print.Lines.Select(l => $"echo '{l}'"))}; trap 'exit 0' TERM; while :; do sleep 1 & wait; done"),
        _ => Forever(),
    };

    /// <summary>Removes the folder; the containers go with their daemon.</summary>
    public void Delete() => Directory.Delete(Root, recursive: true);

    public async Task EndAsync()
    {
        var last = Open();
        foreach (var replica in (await last.ObserveAsync(CancellationToken.None)).Replicas)
        {
            await last.StopAsync(replica.Id, TimeSpan.Zero, CancellationToken.None);
            await last.RemoveAsync(replica.Id, CancellationToken.None);
        }

        foreach (var engine in _engines) engine.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    public static async Task<CommandResult> DockerAsync(params string[] arguments) => await Tool.RunAsync("docker", arguments);
}

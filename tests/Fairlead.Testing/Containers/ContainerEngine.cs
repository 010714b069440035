using Fairlead.Testing.Programs;

namespace Fairlead.Testing.Containers;

/// <summary>A command line that runs containers as Docker's does.</summary>
public abstract class ContainerEngine
{
    /// <summary>What a container may do at most: nothing but listen on loopback ports of its own.</summary>
    private static readonly string[] Restrictions = ["--network", "host", "--read-only", "--user", "65532", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];

    public abstract Task<CommandResult> RunAsync(params string[] arguments);

    /// <summary>More that this engine needs to run a container here.</summary>
    protected virtual IReadOnlyList<string> RunOptions => [];

    /// <summary>Starts a container of a model's image and waits until it answers.</summary>
    public async Task<ModelContainer> StartAsync(string image)
    {
        var ports = new[] { FairleadHomeUnderTest.FreePort(), FairleadHomeUnderTest.FreePort(), FairleadHomeUnderTest.FreePort() };
        var names = new[] { "FAIRLEAD_HTTP", "FAIRLEAD_GRPC", "FAIRLEAD_METRICS" };
        var name = $"fairlead-test-{Guid.NewGuid():n}";
        var started = await RunAsync(["run", "-d", "--name", name, .. Restrictions, .. RunOptions, .. names.Zip(ports).SelectMany(p => new[] { "-e", $"{p.First}=127.0.0.1:{p.Second}" }), image]);
        var container = new ModelContainer(this, name, new Uri($"http://127.0.0.1:{ports[0]}/"));
        if (started.ExitCode == 0) return container;
        await container.DisposeAsync();
        throw new InvalidOperationException($"The container did not start: {started}");
    }
}

public sealed class DockerEngine : ContainerEngine
{
    public override Task<CommandResult> RunAsync(params string[] arguments) => Tool.RunAsync("docker", arguments);
}

/// <summary>Podman with a store of its own, which is removed at the end.</summary>
public sealed class PodmanEngine : ContainerEngine, IAsyncDisposable
{
    private const string Runc = "/usr/sbin/runc";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fairlead-podman-");

    // crun, Podman's usual runtime, refuses machines whose cgroups are of both versions.
    private readonly IReadOnlyList<string> _runtime = File.Exists("/sys/fs/cgroup/cgroup.controllers") || !File.Exists(Runc) ? [] : ["--runtime", Runc];

    // Podman's own defaults are above what a container of this machine may set.
    protected override IReadOnlyList<string> RunOptions => ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"];

    public override Task<CommandResult> RunAsync(params string[] arguments) =>
        Tool.RunAsync("podman", ["--root", Path.Combine(_folder.FullName, "root"), "--runroot", Path.Combine(_folder.FullName, "run"), "--cgroup-manager", "cgroupfs", .. _runtime, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("rmi", "--all", "--force");
        await Tool.RunAsync("rm", "-rf", _folder.FullName);
    }
}

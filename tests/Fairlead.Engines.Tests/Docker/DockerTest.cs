using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Testing.Containers;

namespace Fairlead.Engines.Tests.Docker;

/// <summary>A test with a home of its own on the machine's Docker daemon, and a deadline.</summary>
public abstract class DockerTest : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal DockerHome Home { get; } = new();

    protected static CancellationToken Deadline() => new CancellationTokenSource(Patience).Token;

    public async Task InitializeAsync()
    {
        if (DockerDaemon.Answers && ShellImage.Missing is null) await ShellImage.MakeAsync();
    }

    public Task DisposeAsync() => Home.EndAsync();

    protected static async Task<ReplicaState> EndOfAsync(IEngine engine, ReplicaId replica)
    {
        var deadline = Deadline();
        while (true)
        {
            var state = (await engine.ObserveAsync(deadline)).Replicas.Single(r => r.Id == replica);
            if (state.Phase == ReplicaPhase.Exited) return state;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline);
        }
    }

    /// <summary>What a program inside the replica's container prints, errors too.</summary>
    internal static async Task<string> InsideAsync(ReplicaState replica, string script) =>
        (await DockerHome.DockerAsync("exec", replica.Handle, "sh", "-c", script)).ToString();
}

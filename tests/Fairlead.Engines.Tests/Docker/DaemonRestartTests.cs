using Fairlead.Core.Engines;
using Fairlead.Testing.Containers;

namespace Fairlead.Engines.Tests.Docker;

/// <summary>The Docker daemon itself is stopped, killed and started again while replicas run.</summary>
public sealed class DaemonRestartTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [OwnDaemonTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ADaemonThatKeepsContainersHasItsReplicasAdopted(bool crash)
    {
        await using var daemon = await OwnDaemon.StartAsync(liveRestore: true);
        var home = new DockerHome();
        using var deadline = new CancellationTokenSource(Patience);
        using var engine = home.Open(o => o with { Host = daemon.Host });
        var state = await SeenAsync(daemon, engine, deadline.Token);

        await daemon.EndAsync(crash);

        (await Should.ThrowAsync<EngineAwayException>(() => engine.ObserveAsync(deadline.Token))).Problem.Code.ShouldBe("FL3030");
        await daemon.StartAsync();
        var found = await LookAsync(engine, deadline.Token);
        (found.Id, found.Handle, found.Phase).ShouldBe((state.Id, state.Handle, ReplicaPhase.Running));
        found.Http.ShouldBe(state.Http);
        home.Delete();
    }

    [OwnDaemonTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AfterADaemonThatTookItsContainersWithItTheyAreSeenEndedAndReplaced(bool crash)
    {
        await using var daemon = await OwnDaemon.StartAsync(liveRestore: false);
        var home = new DockerHome();
        using var deadline = new CancellationTokenSource(Patience);
        using var engine = home.Open(o => o with { Host = daemon.Host });
        var state = await SeenAsync(daemon, engine, deadline.Token);

        await using var watch = engine.WatchAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        var heard = watch.MoveNextAsync().AsTask();

        await daemon.EndAsync(crash);
        await daemon.StartAsync();

        var found = await LookAsync(engine, deadline.Token);
        (await engine.RemoveAsync(state.Id, deadline.Token)).ShouldBeTrue();
        (await engine.StartAsync(DockerHome.Forever(), deadline.Token)).IsOk.ShouldBeTrue();
        await deadline.CancelAsync();
        await heard.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        home.Delete();
        (found.Id, found.Phase).ShouldBe((state.Id, ReplicaPhase.Exited));
        found.Exit.ShouldNotBeNull();
        found.Exit.Cause.ShouldNotBeNull(found.Exit.ToString()).ShouldContain("the Docker daemon was stopped or died");
    }

    /// <summary>A replica that runs and that the engine has looked at.</summary>
    private static async Task<ReplicaState> SeenAsync(OwnDaemon daemon, IEngine engine, CancellationToken cancellationToken)
    {
        await ShellImage.MakeOnAsync(daemon.Host);
        var state = (await engine.StartAsync(DockerHome.Forever(), cancellationToken)).Value;
        await engine.ObserveAsync(cancellationToken);
        return state;
    }

    /// <summary>The one replica, as soon as the daemon can be asked again.</summary>
    private static async Task<ReplicaState> LookAsync(IEngine engine, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return (await engine.ObserveAsync(cancellationToken)).Replicas.ShouldHaveSingleItem();
            }
            catch (EngineAwayException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
            }
        }
    }
}

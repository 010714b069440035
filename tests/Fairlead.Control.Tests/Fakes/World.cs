using Fairlead.Control.Deploying;
using Fairlead.Control.Fleet;
using Fairlead.Control.Reconciling;
using Fairlead.Control.Rollouts;
using Fairlead.Control.Store;
using Fairlead.Core.Engines;
using Fairlead.Core.Homes;
using Fairlead.Core.Manifests;
using Fairlead.Testing.Engines;
using Fairlead.Testing.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fairlead.Control.Tests.Fakes;

/// <summary>A controller on a real state file with everything around it in memory, moved turn by turn in time that stands still between.</summary>
internal sealed class World : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-control").FullName;
    private StateStore _store;
    private CancellationTokenSource _life = new();

    public World()
    {
        Engine = new FakeEngine(Time);
        Home = new FairleadHome(_folder);
        Directory.CreateDirectory(Home.ContentOf(Given.Content()));
        _store = Open();
        (Reconciler, Deployer) = Build();
    }

    public ManualTimeProvider Time { get; } = new();

    public FakeEngine Engine { get; private set; }

    public FakeProbe Probe { get; } = new();

    public FakeGatewayLink Gateway { get; } = new();

    /// <summary>What the gateway has answered for each revision.</summary>
    public Dictionary<int, RevisionTraffic> Answered { get; } = [];

    public FairleadHome Home { get; }

    public Reconciler Reconciler { get; private set; }

    public Deployer Deployer { get; private set; }

    public StateStore Store => _store;

    public DeploymentRecord Record => _store.Deployments["penguins"];

    public IReadOnlyList<SeenReplica> Replicas => Reconciler.View.Of(Given.Manifest().Name);

    public int Serving => Replicas.Count(r => r.Observed.Serving);

    public IReadOnlyList<string> EventKinds => [.. _store.LatestEvents(null, 1000).Select(e => e.Kind)];

    public void Deploy(Manifest manifest, int? replicas = null) => Deployer.Deploy(Given.Order(manifest, replicas)).Problems.ShouldBeEmpty();

    public async Task TurnAsync()
    {
        await Reconciler.TurnAsync(_life.Token);
        await Reconciler.Publisher.TurnAsync(_life.Token);
        Time.Advance(Step);
        // What the timers woke runs on the pool.
        for (var i = 0; i < 5; i++) await Task.Yield();
        await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, _life.Token);
    }

    public async Task UntilAsync(Func<bool> reached, TimeSpan? within = null, Action? each = null)
    {
        var steps = (within ?? TimeSpan.FromSeconds(10)) / Step;
        for (var i = 0; i < steps; i++)
        {
            await TurnAsync();
            each?.Invoke();
            if (reached()) return;
        }

        throw new ShouldAssertException($"Not reached. Replicas: {string.Join(", ", Replicas.Select(r => $"{r.State.Id} {r.Observed}"))}. Events: {string.Join("\n", _store.LatestEvents(null, 30).Select(e => e.Message))}");
    }

    public Task SettledAsync(int serving) => UntilAsync(() => Serving == serving && Replicas.Count == serving && Record.Rollout is not { State: RolloutState.Progressing });

    /// <summary>The controller is killed and another started: only the state file, the engine's machine and the gateway are still there.</summary>
    public void KillController()
    {
        _life.Cancel();
        _life = new CancellationTokenSource();
        _store.Dispose();
        _store = Open();
        Engine = Engine.Reopen();
        (Reconciler, Deployer) = Build();
    }

    public void Dispose()
    {
        _life.Cancel();
        _life.Dispose();
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private StateStore Open() => StateStore.Open(Home.StateFile, Given.Parse).Value;

    private (Reconciler, Deployer) Build()
    {
        var clock = new Clock(Time);
        var engines = new Dictionary<string, IEngine> { ["process"] = Engine };
        var reconciler = new Reconciler(new ControlParts(_store, engines, Probe, Gateway, clock, NullLogger.Instance) { Answered = (_, revision) => Answered.GetValueOrDefault(revision) });
        return (reconciler, new Deployer(_store, engines, Home, clock, reconciler.Wake));
    }
}

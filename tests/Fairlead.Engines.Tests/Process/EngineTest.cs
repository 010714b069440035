using Fairlead.Core.Engines;
using Fairlead.Core.Identity;

namespace Fairlead.Engines.Tests.Process;

/// <summary>A test with a home of its own and a deadline.</summary>
public abstract class EngineTest : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    protected EngineHome Home { get; } = new();

    protected static CancellationToken Deadline() => new CancellationTokenSource(Patience).Token;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Home.EndAsync();

    protected static async Task UntilAsync(Func<bool> holds)
    {
        var deadline = Deadline();
        while (!holds()) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline);
    }

    protected static async Task<ReplicaState> EndOfAsync(IEngine engine, ReplicaId replica)
    {
        var deadline = Deadline();
        while (true)
        {
            var state = (await engine.ObserveAsync(deadline)).Replicas.Single(r => r.Id == replica);
            if (state.Phase == ReplicaPhase.Exited) return state;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline);
        }
    }
}

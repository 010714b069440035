using Fairlead.Control.Fleet;
using Fairlead.Control.Tests.Fakes;
using Fairlead.Core.Manifests;

namespace Fairlead.Control.Tests.Reconciling;

/// <summary>
/// A whole update, and the controller killed at one of its writes: before the commit or right after it. Done once for every write.
/// Its successor has the state file, the machine and the gateway, and must bring the update to its end.
/// </summary>
public sealed class KilledAtEveryWriteTests
{
    private const int Replicas = 2;

    [Theory]
    [InlineData("a good revision", false)]
    [InlineData("a good revision", true)]
    [InlineData("a revision that crashes", false)]
    [InlineData("a revision that crashes", true)]
    [InlineData("a rollback by hand", false)]
    [InlineData("a rollback by hand", true)]
    [InlineData("a removal", false)]
    [InlineData("a removal", true)]
    public async Task Controller_KilledAtAnyWrite_IsFollowedByOneThatEndsTheUpdate(string what, bool afterCommit)
    {
        var writes = 0;
        using (var whole = await StartedAsync())
        {
            whole.Store.BeforeCommit = () => writes++;
            await EndAsync(whole, what);
        }

        writes.ShouldBeGreaterThan(3);
        for (var write = 1; write <= writes; write++)
        {
            using var world = await StartedAsync();
            var seen = 0;
            var at = write;
            void Count()
            {
                if (++seen == at) throw new ControllerKilledException();
            }

            if (afterCommit) world.Store.AfterCommit = Count;
            else world.Store.BeforeCommit = Count;
            try
            {
                await EndAsync(world, what);
            }
            catch (ControllerKilledException)
            {
                world.KillController();
                await EndAsync(world, what);
            }

            // A write less may be needed than in the whole run: what is written together depends on when replicas answer.
            ShouldBeWhole(world, what, $"{what}, killed at write {write} of {writes}");
        }
    }

    private static async Task<World> StartedAsync()
    {
        var world = new World();
        world.Deploy(Manifest("1"));
        await world.SettledAsync(Replicas);
        if (world.Record.Wanted == 1) world.Time.Advance(TimeSpan.FromMinutes(2));
        return world;
    }

    /// <summary>Asks for the change if it is not recorded yet, and turns until it has ended.</summary>
    private static async Task EndAsync(World world, string what)
    {
        if (what == "a removal")
        {
            if (world.Store.Deployments.Count > 0) world.Deployer.Remove("penguins").Problems.ShouldBeEmpty();
            await world.UntilAsync(() => world.Store.Deployments.Count == 0 && world.Reconciler.View.Replicas.Count == 0 && world.Reconciler.View.At != default);
            return;
        }

        var crashes = what == "a revision that crashes";
        if (what == "a rollback by hand" && world.Record.Wanted == 1)
        {
            world.Deploy(Manifest("2"));
            await world.UntilAsync(() => world.Record.Rollout is { To: 2, State: RolloutState.Complete });
        }

        if (what == "a rollback by hand" && world.Record.Wanted == 2)
        {
            if (world.Record.UnderWay is not null) await world.UntilAsync(() => world.Record.UnderWay is null);
            world.Deployer.RollBack("penguins", 1).Problems.ShouldBeEmpty();
        }

        if (what != "a rollback by hand" && world.Record.Wanted == 1) world.Deploy(Manifest("2"));
        await world.UntilAsync(
            () => world.Record.UnderWay is null && world.Serving == Replicas && world.Replicas.Count == Replicas,
            TimeSpan.FromSeconds(60),
            () =>
            {
                world.Gateway.Routed.Count.ShouldBeGreaterThanOrEqualTo(Replicas);
                foreach (var replica in world.Replicas.Where(r => crashes && r.State.Revision == 2 && r.Observed.Running)) world.Engine.Exit(replica.State.Id, 7);
            });
    }

    private static void ShouldBeWhole(World world, string what, string when)
    {
        if (what == "a removal")
        {
            world.Reconciler.View.Replicas.ShouldBeEmpty(when);
            return;
        }

        var wanted = what == "a good revision" ? "2" : "1";
        world.Record.Current.Manifest.Version.ShouldBe(wanted, when);
        world.Record.Rollout!.State.ShouldBe(what == "a revision that crashes" ? RolloutState.RolledBack : RolloutState.Complete, when);
        var good = world.Record.EquivalentTo(world.Record.Current);
        world.Replicas.ShouldAllBe(r => good.Contains(r.State.Revision), when);
        world.Gateway.Routed.Order().ShouldBe(world.Replicas.Select(r => r.State.Id.Value).Order(), when);
        world.Record.Revisions.Select(r => r.Number).ShouldBe(Enumerable.Range(1, world.Record.Revisions.Count), when);
    }

    private static Manifest Manifest(string version) => Given.Manifest(version, min: Replicas) with { Rollout = new RolloutSpec { Watch = TimeSpan.FromMilliseconds(200), Deadline = TimeSpan.FromSeconds(60) } };

    /// <summary>Nothing of the controller catches what ends it.</summary>
    private sealed class ControllerKilledException : OperationCanceledException;
}

using Fairlead.Gateway.Tests.Hosting;
using Fairlead.Testing;

namespace Fairlead.Gateway.Tests.Faults;

public class SnapshotSwapTests
{
    /// <summary>The order of every update: the new one is routed, the old one leaves the routes, its requests end, it is killed.</summary>
    [Fact]
    public async Task ReplicasComeAndGoInOrderUnderLoad_NoRequestFails()
    {
        const int Swaps = 200;
        const int Requests = 20_000;
        await using var gateway = await GatewayUnderTest.StartAsync();
        var running = new Queue<Backend>([Backend.Start("m-1-0"), Backend.Start("m-1-1")]);
        await gateway.RouteAsync(Routes.OneModel(1, [.. running]));
        using var load = new Load(gateway, connections: 64);

        for (var swap = 1; swap <= Swaps; swap++)
        {
            running.Enqueue(Backend.Start($"m-1-{swap + 1}"));
            await gateway.RouteAsync(Routes.OneModel(2L * swap, [.. running]));
            var old = running.Dequeue();
            await gateway.RouteAsync(Routes.OneModel((2L * swap) + 1, [.. running]));
            (await Eventually.BecomesAsync(async () => (await gateway.StateAsync()).Replicas.All(r => r.Id != old.Id || r.InFlight == 0), TimeSpan.FromSeconds(10))).ShouldBeTrue();
            await old.DisposeAsync();
            var share = (long)Requests * swap / Swaps;
            (await Eventually.BecomesAsync(() => load.Answered >= share, TimeSpan.FromSeconds(30))).ShouldBeTrue();
        }

        (await load.StopAsync()).ShouldBeEmpty();
        load.Answered.ShouldBeGreaterThanOrEqualTo(Requests);
        var state = await gateway.StateAsync();
        state.RouteVersion.ShouldBe((2 * Swaps) + 1);
        state.Deployments.Single().ShouldBe(new Core.Routing.GatewayDeployment("m", load.Answered, 0, 0));
        foreach (var backend in running) await backend.DisposeAsync();
    }
}

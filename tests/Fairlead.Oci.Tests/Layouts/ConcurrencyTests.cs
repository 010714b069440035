using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;

namespace Fairlead.Oci.Tests.Layouts;

/// <summary>Many at once, each with a store object of its own, as processes would have: locks are by open file, not by process.</summary>
public sealed class ConcurrencyTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task BuildsPrunesAndRemovalsAtTheSameTimeHarmNothing()
    {
        using var stop = new CancellationTokenSource();
        var pruned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var pruning = Task.Run(() => PruneUntilAsync(pruned, stop.Token), CancellationToken.None);

        // Each layer is made by several builders, and is garbage between them: what one finds another's prune is after.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(builder => Task.Run(() => BuildAsync(builder, pruned.Task), CancellationToken.None)));

        await stop.CancelAsync();
        var prunes = await pruning;
        prunes.ShouldBeGreaterThan(0);
        (await _place.Store.VerifyAsync(CancellationToken.None)).Problems.ShouldBeEmpty();
        _place.Store.List().Value.Select(i => i.Name.ToString()).ShouldBe(["kept-0:9", "kept-1:9", "kept-2:9", "kept-3:9"]);
    }

    private async Task BuildAsync(int builder, Task pruned)
    {
        var store = new OciStore(_place.Home, TimeProvider.System);
        for (var round = 0; round < 10; round++)
        {
            // A pool that is busy elsewhere may begin the pruning last of all: half of the builds wait for it.
            if (round == 5) await pruned;
            var name = $"kept-{builder}:{round}";
            await using var session = (await store.BeginAsync(CancellationToken.None)).Value;
            var image = await Workplace.ImageAsync(session, name, Workplace.Text("shared", $"round {round}"));
            store.Load(image).Problems.ShouldBeEmpty();
            store.Load(image).Value.Manifest.Blobs.ShouldAllBe(b => store.ReadBlob(b).IsOk);
            if (round > 0) (await store.RemoveAsync(ImageName.Parse($"kept-{builder}:{round - 1}"), CancellationToken.None)).Problems.ShouldBeEmpty();
        }
    }

    private async Task<int> PruneUntilAsync(TaskCompletionSource pruned, CancellationToken stop)
    {
        var prunes = 0;
        var store = new OciStore(_place.Home, TimeProvider.System);
        while (!stop.IsCancellationRequested)
        {
            (await store.PruneAsync(CancellationToken.None)).Problems.ShouldBeEmpty();
            prunes++;
            pruned.TrySetResult();
        }

        return prunes;
    }
}

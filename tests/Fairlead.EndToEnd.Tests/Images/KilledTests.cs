using Fairlead.Testing;
using Fairlead.Testing.Programs;
using Fairlead.Testing.Registries;

namespace Fairlead.EndToEnd.Tests.Images;

/// <summary><c>kill -9</c> in the middle of what changes the store: what is left verifies, and the next run completes.</summary>
public sealed class KilledTests
{
    private const int KilledBySignal = 137;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Forever = TimeSpan.FromHours(1);

    [Theory]
    [InlineData("before the first blob")]
    [InlineData("in a blob")]
    [InlineData("between blobs")]
    public async Task Build(string when)
    {
        await using var home = Built.NewHome();
        var store = new StoreOnDisk(home.Home);

        await KillAsync(home, ["build", Built.Example("penguins")], when switch
        {
            "before the first blob" => () => store.SessionCount > 0,
            "in a blob" => () => store.Unfinished > 1_000_000,
            _ => () => store.BlobCount > 0,
        });

        store.ShouldVerify();
        store.Names.ShouldBeEmpty();
        var next = await home.RunAsync(Deadline, "build", Built.Example("penguins"));
        next.ExitCode.ShouldBe(0, next.ToString());
        store.ShouldVerify();
        store.ShouldHoldOnly("penguins:1.0.0");
    }

    [RegistryFact]
    public async Task PushAndPull()
    {
        await using var registry = await RegistryServer.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(registry.Address);
        await using var home = Built.NewHome();
        await using var other = Built.NewHome();
        var (store, there) = (new StoreOnDisk(home.Home), new StoreOnDisk(other.Home));
        var reference = $"{proxy.Address}/models/penguins:1.0.0";
        (await home.RunAsync(Deadline, "build", Built.Example("penguins"))).ExitCode.ShouldBe(0);

        // Held back for ever, so that each command is in the middle until it is killed.
        proxy.On("PUT", "/blobs/uploads/", new Fault.Late(TimeSpan.Zero), new Fault.Late(Forever));
        await KillAsync(home, ["push", "penguins:1.0.0", "--to", reference], () => proxy.Pending == 0 && proxy.Seen.Any(r => r.Is("PUT", "/blobs/uploads/")));
        store.ShouldVerify();
        (await other.RunAsync("pull", reference)).Errors.ShouldContain("FL7316", customMessage: "no tag points at a part");
        (await home.RunAsync(Deadline, "push", "penguins:1.0.0", "--to", reference)).ExitCode.ShouldBe(0);

        proxy.On("GET", "/blobs/sha256", new Fault.Late(TimeSpan.Zero), new Fault.Late(TimeSpan.Zero), new Fault.Late(Forever));
        await KillAsync(other, ["pull", reference], () => proxy.Pending == 0 && there.BlobCount > 0);
        there.ShouldVerify();
        there.Names.ShouldBeEmpty();
        var next = await other.RunAsync(Deadline, "pull", reference);
        next.ExitCode.ShouldBe(0, next.ToString());
        there.ShouldVerify();
        there.ShouldHoldOnly("penguins:1.0.0");
    }

    [Fact]
    public async Task TwoBuildsAndPrunesAtTheSameTimeHarmNothing()
    {
        await using var home = Built.NewHome();
        using var penguins = home.Start("build", Built.Example("penguins"));
        using var digits = home.Start("build", Built.Example("digits"));
        var both = Task.WhenAll(penguins.WaitAsync(CancellationToken.None), digits.WaitAsync(CancellationToken.None));

        var prunes = 0;
        for (; !both.IsCompleted; prunes++)
        {
            var pruned = await home.RunAsync("images", "prune");
            pruned.ExitCode.ShouldBe(0, pruned.ToString());
        }

        foreach (var built in await both) built.ExitCode.ShouldBe(0, built.ToString());
        prunes.ShouldBeGreaterThan(1);
        var store = new StoreOnDisk(home.Home);
        store.ShouldVerify();
        store.Names.ShouldBe(["digits:1.0.0", "penguins:1.0.0"]);
    }

    private static async Task KillAsync(FairleadHomeUnderTest home, string[] arguments, Func<bool> inTheMiddle)
    {
        using var command = home.Start(arguments);
        (await Eventually.BecomesAsync(() => inTheMiddle() || command.Process.HasExited, Deadline)).ShouldBeTrue();
        command.Signal(Signals.Kill);
        var result = await command.WaitAsync(CancellationToken.None);
        result.ExitCode.ShouldBe(KilledBySignal, result.ToString());
    }
}

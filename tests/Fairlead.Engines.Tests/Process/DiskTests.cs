using Fairlead.Core.Engines;

namespace Fairlead.Engines.Tests.Process;

/// <summary>A real full and a real read-only disk: a small file system in memory, which only root may mount.</summary>
public sealed class DiskTests : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("fairlead-disk-").FullName;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        Directory.Delete(_root);
        return Task.CompletedTask;
    }

    [SkipUnlessMounts]
    public async Task OnAFullDiskAStartIsRefusedAndWhatRunsGoesOn()
    {
        await MountAsync("-t", "tmpfs", "-o", "size=256k", "tmpfs", _root);
        var home = new EngineHome(_root);
        try
        {
            var engine = home.Open();
            var runs = (await engine.StartAsync(home.Shell("exec sleep 600"), Deadline())).Value;
            Fill(Path.Combine(_root, "filler"));

            var refused = await engine.StartAsync(home.Shell("exec sleep 600"), Deadline());

            refused.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL3018");
            (await engine.ObserveAsync(Deadline())).Replicas.ShouldHaveSingleItem().Phase.ShouldBe(ReplicaPhase.Running);
            (await engine.StopAsync(runs.Id, TimeSpan.FromSeconds(5), Deadline())).Value.ShouldBeFalse();
            (await engine.RemoveAsync(runs.Id, Deadline())).ShouldBeTrue();
        }
        finally
        {
            await EndAsync(home);
        }
    }

    [SkipUnlessMounts]
    public async Task AReplicasOwnDiskIsFilledAndFreedAndGoesWithIt()
    {
        await MountAsync("-t", "tmpfs", "-o", "size=256k", "tmpfs", _root);
        var home = new EngineHome(_root);
        try
        {
            var engine = home.Open();
            var state = (await engine.StartAsync(home.Shell("while :; do echo more > $TMPDIR/file || echo full; sleep 0.05; done 2>&1"), Deadline())).Value;
            var folder = Path.Combine(home.Home.Replicas, state.Id.Value, "tmp");
            await UntilAsync(() => File.Exists(Path.Combine(folder, "file")));

            (await engine.FillDiskAsync(state.Id, Deadline())).Value.ShouldBeTrue();
            await UntilAsync(() => File.ReadAllText(home.Home.LogOf(state.Id)).Contains("full", StringComparison.Ordinal));
            (await engine.FreeDiskAsync(state.Id, Deadline())).Value.ShouldBeTrue();

            File.ReadAllText(Path.Combine(folder, "file")).ShouldBe("more\n");
            (await engine.FillDiskAsync(state.Id, Deadline())).Value.ShouldBeTrue();
            await engine.StopAsync(state.Id, TimeSpan.FromSeconds(5), Deadline());
            (await engine.RemoveAsync(state.Id, Deadline())).ShouldBeTrue();
            File.ReadAllText("/proc/self/mounts").ShouldNotContain(folder);
        }
        finally
        {
            await EndAsync(home);
        }
    }

    [SkipUnlessMounts]
    public async Task OnAReadOnlyDiskAStartIsRefused()
    {
        await MountAsync("-t", "tmpfs", "-o", "size=256k", "tmpfs", _root);
        var home = new EngineHome(_root);
        try
        {
            await MountAsync("-o", "remount,ro", _root);

            var refused = await home.Open().StartAsync(home.Shell("exec sleep 600"), Deadline());

            refused.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL3019");
            await MountAsync("-o", "remount,rw", _root);
        }
        finally
        {
            await EndAsync(home);
        }
    }

    private static CancellationToken Deadline() => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    private static async Task UntilAsync(Func<bool> condition)
    {
        var deadline = Deadline();
        while (!condition()) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline);
    }

    private static void Fill(string path)
    {
        var block = new byte[4096];
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        Should.Throw<IOException>(() =>
        {
            while (true) file.Write(block);
        });
    }

    private static async Task MountAsync(params string[] arguments)
    {
        using var mount = System.Diagnostics.Process.Start("mount", arguments);
        await mount.WaitForExitAsync(Deadline());
        mount.ExitCode.ShouldBe(0);
    }

    private async Task EndAsync(EngineHome home)
    {
        await home.EndAsync(keepRoot: true);
        using var unmount = System.Diagnostics.Process.Start("umount", [_root]);
        await unmount.WaitForExitAsync(Deadline());
    }
}

/// <summary>A fact that needs to mount a file system.</summary>
public sealed class SkipUnlessMountsAttribute : FactAttribute
{
    // CAP_SYS_ADMIN is bit 21 of the effective capabilities.
    public SkipUnlessMountsAttribute()
    {
        var effective = File.ReadLines("/proc/self/status").First(l => l.StartsWith("CapEff:", StringComparison.Ordinal)).Split('\t')[1];
        if ((Convert.ToUInt64(effective, 16) >> 21 & 1) == 0) Skip = "only root may mount a small disk";
    }
}

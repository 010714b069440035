using System.Diagnostics;
using Fairlead.Core.Engines;
using Fairlead.Core.Manifests;
using Fairlead.Engines.Processes;

namespace Fairlead.Engines.Tests.Process;

public sealed class ProcessEngineTests : EngineTest
{
    [Fact]
    public async Task AModelServerIsToldWhereToListenAndWhatToServe()
    {
        var server = Script("server", "env; exec sleep 600");
        var engine = Home.Open(o => o with { ServerProgram = server });
        var spec = Home.Shell("") with { Workload = new Workload.Model(Home.Content), Resources = new ResourceSpec(Cpu: new(500)) };

        var state = (await engine.StartAsync(spec, Deadline())).Value;
        await UntilAsync(() => Log(state).Contains("FAIRLEAD_CPU"));

        var lines = Log(state).Split('\n');
        lines.ShouldContain($"FAIRLEAD_HTTP={state.Http}");
        lines.ShouldContain($"FAIRLEAD_METRICS={state.Metrics}");
        lines.ShouldContain($"FAIRLEAD_MODEL={Home.Home.ContentOf(Home.Content)}");
        lines.ShouldContain($"FAIRLEAD_REPLICA={state.Id}");
        lines.ShouldContain("FAIRLEAD_CPU=500m");
        lines.ShouldContain(l => l.StartsWith("FAIRLEAD_GRPC=127.0.0.1:"));
    }

    [Fact]
    public async Task ACommandRunsInItsOwnCopyOfTheContentWithItsFiles()
    {
        File.WriteAllText(Path.Combine(Home.Home.ContentOf(Home.Content), "app.sh"), "ls; cat conf/a.txt; echo $PORT; echo mine > app.sh; echo x > beside; exec sleep 600");
        File.WriteAllText(Path.Combine(Home.Home.ContentOf(Home.Content), "a.txt"), "laid in\n");
        var engine = Home.Open();

        var state = (await engine.StartAsync(Home.Command("/bin/sh", "app.sh") with { Files = [new FileSpec("a.txt", "conf/a.txt")] }, Deadline())).Value;
        await UntilAsync(() => File.Exists(Path.Combine(Home.FolderOf(state.Id), "work", "beside")));

        Log(state).ShouldBe($"a.txt\napp.sh\nconf\nlaid in\n{state.Http.Port}\n");
        File.ReadAllText(Path.Combine(Home.Home.ContentOf(Home.Content), "app.sh")).ShouldStartWith("ls;");
    }

    [Fact]
    public async Task TheControllersOwnEnvironmentIsNotHandedOn()
    {
        Environment.SetEnvironmentVariable("FAIRLEAD_TEST_API_TOKEN", "leak");
        var engine = Home.Open();

        var state = (await engine.StartAsync(Home.Shell("env; echo end; exec sleep 600"), Deadline())).Value;
        await UntilAsync(() => Log(state).Contains("end"));

        Log(state).ShouldNotContain("leak");
        Log(state).ShouldContain($"TMPDIR={Home.FolderOf(state.Id)}/tmp");
    }

    [Fact]
    public async Task StopEndsWhatAReplicaHasStartedAndSetApart()
    {
        var engine = Home.Open();
        var state = (await engine.StartAsync(Home.Shell("sleep 600 & setsid sleep 600 & trap 'exit 0' TERM; echo up; while :; do sleep 0.05; done"), Deadline())).Value;
        await UntilAsync(() => Log(state).Contains("up") && Home.ProcessesOf(state.Id).Count >= 3);

        await engine.StopAsync(state.Id, TimeSpan.FromMilliseconds(500), Deadline());

        Home.ProcessesOf(state.Id).ShouldBeEmpty();
    }

    [Fact]
    public async Task ChildrenOfAReplicaThatDiedAreEndedWhenItIsRemoved()
    {
        var engine = Home.Open();
        var state = (await engine.StartAsync(Home.Shell("sleep 600 & exit 0"), Deadline())).Value;
        await EndOfAsync(engine, state.Id);
        Home.ProcessesOf(state.Id).Count.ShouldBe(1);

        (await engine.RemoveAsync(state.Id, Deadline())).ShouldBeTrue();

        Home.ProcessesOf(state.Id).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("exec sleep 600", false)]
    [InlineData("trap '' TERM; while :; do sleep 1; done", true)]
    public async Task AStoppedReplicaCanStillBeEnded(string script, bool killed)
    {
        var engine = Home.Open();
        var state = (await engine.StartAsync(Home.Shell("echo up; " + script), Deadline())).Value;
        await UntilAsync(() => Log(state).Contains("up") && (killed ? Home.ProcessesOf(state.Id).Count == 2 : Name(state) == "sleep"));
        Libc.kill(int.Parse(state.Handle), (int)ProcessSignal.Stop);
        await UntilAsync(() => ProcessStat.Read(int.Parse(state.Handle)) is { State: 'T' });

        (await engine.StopAsync(state.Id, TimeSpan.FromMilliseconds(300), Deadline())).Value.ShouldBe(killed);

        Home.ProcessesOf(state.Id).ShouldBeEmpty();
    }

    [Fact]
    public async Task TheEndOfAReplicaIsToldAtOnce()
    {
        var engine = Home.Open();
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var state = (await engine.StartAsync(Home.Shell("exec sleep 600"), Deadline())).Value;
            await using var watch = engine.WatchAsync(Deadline()).GetAsyncEnumerator();
            var clock = Stopwatch.StartNew();
            Libc.kill(int.Parse(state.Handle), Libc.SigKill);
            await watch.MoveNextAsync();
            best = clock.Elapsed < best ? clock.Elapsed : best;
        }

        best.ShouldBeLessThan(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task TheUsageOfACommandCountsItsChildren()
    {
        var engine = Home.Open();
        var state = (await engine.StartAsync(Home.Shell("(while :; do :; done) & wait"), Deadline())).Value;

        var deadline = Deadline();
        ReplicaUsage usage;
        do usage = (await engine.ObserveAsync(deadline)).Replicas.Single().Usage!;
        while (usage.CpuTime < TimeSpan.FromMilliseconds(50));

        usage.MemoryBytes.ShouldBeGreaterThan(100_000);
        state.Usage.ShouldBeNull();
    }

    [Fact]
    public async Task AProgramThatIsNotThereIsAProblemAndLeavesNothing()
    {
        var engine = Home.Open();
        var spec = Home.Command("./missing");

        var result = await engine.StartAsync(spec, Deadline());

        result.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL3010");
        (await engine.ObserveAsync(Deadline())).Replicas.ShouldBeEmpty();
        Directory.Exists(Home.FolderOf(spec.Id)).ShouldBeFalse();
    }

    [Fact]
    public async Task WithoutAFreePortNothingStarts()
    {
        var engine = Home.Open(o => o with { Ports = new(24_600, 24_600) });
        var first = (await engine.StartAsync(Home.Shell("exec sleep 600"), Deadline())).Value;

        (await engine.StartAsync(Home.Shell("exec sleep 600"), Deadline())).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL3017");

        await engine.StopAsync(first.Id, TimeSpan.FromSeconds(5), Deadline());
        await engine.RemoveAsync(first.Id, Deadline());
        (await engine.StartAsync(Home.Shell("exec sleep 600"), Deadline())).IsOk.ShouldBeTrue();
    }

    [Fact]
    public async Task AnInterruptedStopCanBeAskedForAgain()
    {
        var engine = Home.Open();
        var state = (await engine.StartAsync(Home.Shell("trap '' TERM; echo up; while :; do sleep 1; done"), Deadline())).Value;
        await UntilAsync(() => Log(state).Contains("up"));
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Should.ThrowAsync<OperationCanceledException>(() => engine.StopAsync(state.Id, TimeSpan.FromSeconds(60), cancel.Token));

        (await engine.StopAsync(state.Id, TimeSpan.Zero, Deadline())).Value.ShouldBeTrue();
    }

    private static string Name(ReplicaState state) => File.ReadAllText($"/proc/{state.Handle}/comm").Trim();

    private string Log(ReplicaState state) => File.ReadAllText(Home.Home.LogOf(state.Id));

    private string Script(string name, string text)
    {
        var path = Path.Combine(Home.Root, name);
        File.WriteAllText(path, "#!/bin/sh\n" + text + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}

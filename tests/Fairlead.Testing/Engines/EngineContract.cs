using System.Globalization;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Testing.Skipping;
using Shouldly;
using Xunit;

namespace Fairlead.Testing.Engines;

/// <summary>What every engine does alike. An engine's tests inherit it and say how its replicas are made and looked into.</summary>
public abstract class EngineContract
{
    protected const string SecretName = "CONTRACT_SECRET";
    protected const string SecretValue = "s3cret-6f1c9d";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongGrace = TimeSpan.FromSeconds(10);

    /// <summary>A new engine on the home of this test, as after a restart of the controller.</summary>
    protected abstract IEngine Open();

    /// <summary>An engine on another home.</summary>
    protected abstract IEngine OpenElsewhere();

    protected abstract ReplicaSpec Spec(TestProgram program);

    /// <summary>Kills the replica's process from outside.</summary>
    protected abstract void Kill(ReplicaState replica);

    /// <summary>A variable of the replica's environment.</summary>
    protected abstract string? VariableOf(ReplicaState replica, string name);

    /// <summary>What the replica reads from a file.</summary>
    protected virtual string? FileOf(ReplicaState replica, string path) => throw new NotSupportedException("Engines that give secrets as files say how one is read.");

    /// <summary>Everything that the engine has written down, and what anyone may see who asks about the replica.</summary>
    protected abstract IEnumerable<string> WrittenText();

    protected static CancellationToken Deadline() => new CancellationTokenSource(Patience).Token;

    [ContractFact]
    public async Task AStartedReplicaIsObservedRunning()
    {
        var engine = Open();
        var spec = Spec(new TestProgram.Forever());

        var started = (await engine.StartAsync(spec, Deadline())).Value;

        started.Phase.ShouldBe(ReplicaPhase.Running);
        var observed = (await engine.ObserveAsync(Deadline())).Replicas.ShouldHaveSingleItem();
        observed.Id.ShouldBe(spec.Id);
        observed.Deployment.ShouldBe(spec.Deployment);
        observed.Revision.ShouldBe(spec.Revision);
        observed.Handle.ShouldBe(started.Handle);
        observed.Http.ShouldBe(started.Http);
        observed.Exit.ShouldBeNull();
        (await UsageAsync(engine)).MemoryBytes.ShouldBeGreaterThan(0);
    }

    [ContractFact]
    public async Task SeveralReplicasStartAtOnceAndTheLastOnesEndLeavesNothingOfThem()
    {
        var engine = Open();
        var specs = Enumerable.Range(0, 4).Select(_ => Spec(new TestProgram.Forever())).ToList();

        var started = await Task.WhenAll(specs.Select(s => engine.StartAsync(s, Deadline())));

        started.ShouldAllBe(s => s.IsOk);
        started.Select(s => s.Value.Http).Distinct().Count().ShouldBe(4);
        (await engine.ObserveAsync(Deadline())).Replicas.Select(r => r.Id).ShouldBe(specs.Select(s => s.Id), ignoreOrder: true);
        await Task.WhenAll(specs.Select(s => engine.StopAsync(s.Id, LongGrace, Deadline())));
        (await Task.WhenAll(specs.Select(s => engine.RemoveAsync(s.Id, Deadline())))).ShouldAllBe(r => r);
        (await engine.ObserveAsync(Deadline())).Replicas.ShouldBeEmpty();
    }

    [ContractFact]
    public async Task StartingARunningIdAgainIsANoOp()
    {
        var engine = Open();
        var spec = Spec(new TestProgram.Forever());

        var first = (await engine.StartAsync(spec, Deadline())).Value;
        var second = (await engine.StartAsync(spec, Deadline())).Value;

        second.Handle.ShouldBe(first.Handle);
        (await engine.ObserveAsync(Deadline())).Replicas.Count.ShouldBe(1);
    }

    [ContractFact]
    public async Task TheExitCodeIsReported()
    {
        var engine = Open();
        foreach (var code in new[] { 0, 3, 127 })
        {
            var spec = Spec(new TestProgram.Exit(code));

            (await engine.StartAsync(spec, Deadline())).IsOk.ShouldBeTrue();

            var exit = (await WaitForEndAsync(engine, spec.Id)).Exit.ShouldNotBeNull();
            exit.Code.ShouldBe(code);
            exit.Signal.ShouldBeNull();
            exit.OutOfMemory.ShouldBeFalse();
        }
    }

    [ContractFact]
    public async Task AKilledReplicaIsWatchedAndSeenWithItsSignal()
    {
        var engine = Open();
        var state = (await engine.StartAsync(Spec(new TestProgram.Forever()), Deadline())).Value;
        await using var watch = engine.WatchAsync(Deadline()).GetAsyncEnumerator();

        Kill(state);

        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.ShouldBe(state.Id);
        var seen = (await engine.ObserveAsync(Deadline())).Replicas.ShouldHaveSingleItem();
        seen.Phase.ShouldBe(ReplicaPhase.Exited);
        seen.Exit.ShouldNotBeNull().Signal.ShouldBe("SIGKILL");
        seen.Usage.ShouldBeNull();
    }

    [ContractFact]
    public async Task AnotherEngineOnTheHomeAdoptsWhatRunsAndWhatEnded()
    {
        var engine = Open();
        var runs = (await engine.StartAsync(Spec(new TestProgram.Forever()), Deadline())).Value;
        var ends = (await engine.StartAsync(Spec(new TestProgram.Exit(3)), Deadline())).Value;
        await WaitForEndAsync(engine, ends.Id);
        await CloseAsync(engine);

        var second = Open();
        var seen = (await second.ObserveAsync(Deadline())).Replicas.ToDictionary(r => r.Id);

        seen.Count.ShouldBe(2);
        seen[runs.Id].Phase.ShouldBe(ReplicaPhase.Running);
        seen[runs.Id].Handle.ShouldBe(runs.Handle);
        seen[runs.Id].Http.ShouldBe(runs.Http);
        seen[ends.Id].Exit.ShouldNotBeNull().Code.ShouldBe(3);
        (await second.StopAsync(runs.Id, LongGrace, Deadline())).Value.ShouldBeFalse();
        (await second.RemoveAsync(runs.Id, Deadline())).ShouldBeTrue();
    }

    [ContractFact]
    public async Task SiblingsHaveTheirOwnAddressAndLife()
    {
        var engine = Open();
        var first = (await engine.StartAsync(Spec(new TestProgram.Forever()), Deadline())).Value;
        var second = (await engine.StartAsync(Spec(new TestProgram.Forever()), Deadline())).Value;

        first.Http.ShouldNotBe(second.Http);
        (await engine.StopAsync(first.Id, LongGrace, Deadline())).IsOk.ShouldBeTrue();

        var phases = (await engine.ObserveAsync(Deadline())).Replicas.ToDictionary(r => r.Id, r => r.Phase);
        phases[first.Id].ShouldBe(ReplicaPhase.Exited);
        phases[second.Id].ShouldBe(ReplicaPhase.Running);
    }

    [ContractFact]
    public async Task TwoHomesDoNotSeeEachOther()
    {
        var (here, there) = (Open(), OpenElsewhere());
        var mine = (await here.StartAsync(Spec(new TestProgram.Forever()), Deadline())).Value;

        (await there.ObserveAsync(Deadline())).Replicas.ShouldBeEmpty();
        (await there.StopAsync(mine.Id, LongGrace, Deadline())).Value.ShouldBeFalse();
        (await there.RemoveAsync(mine.Id, Deadline())).ShouldBeTrue();
        (await here.ObserveAsync(Deadline())).Replicas.ShouldHaveSingleItem().Phase.ShouldBe(ReplicaPhase.Running);
    }

    [ContractFact]
    public async Task StopEndsAReplicaThatListensWithoutKillingIt()
    {
        var engine = Open();
        var state = (await engine.StartAsync(Spec(new TestProgram.Forever()), Deadline())).Value;

        (await engine.StopAsync(state.Id, LongGrace, Deadline())).Value.ShouldBeFalse();

        (await engine.ObserveAsync(Deadline())).Replicas.ShouldHaveSingleItem().Phase.ShouldBe(ReplicaPhase.Exited);
        (await engine.StopAsync(state.Id, LongGrace, Deadline())).Value.ShouldBeFalse();
    }

    [ContractFact]
    public async Task StopKillsAStubbornReplicaAfterItsGraceAndSaysSo()
    {
        var engine = Open();
        var state = (await engine.StartAsync(Spec(new TestProgram.Stubborn()), Deadline())).Value;
        await foreach (var _ in engine.ReadLogAsync(state.Id, new LogQuery(Follow: true), Deadline())) break;

        (await engine.StopAsync(state.Id, TimeSpan.FromMilliseconds(200), Deadline())).Value.ShouldBeTrue();

        var exit = (await engine.ObserveAsync(Deadline())).Replicas.ShouldHaveSingleItem().Exit.ShouldNotBeNull();
        exit.Signal.ShouldBe("SIGKILL");
        exit.OutOfMemory.ShouldBeFalse();
    }

    [ContractFact]
    public async Task RemoveForgetsAnEndedReplicaAndRefusesARunningOne()
    {
        var engine = Open();
        var state = (await engine.StartAsync(Spec(new TestProgram.Print("one", "two")), Deadline())).Value;

        (await engine.RemoveAsync(state.Id, Deadline())).ShouldBeFalse();
        await engine.StopAsync(state.Id, LongGrace, Deadline());
        (await engine.RemoveAsync(state.Id, Deadline())).ShouldBeTrue();

        (await engine.ObserveAsync(Deadline())).Replicas.ShouldBeEmpty();
        (await Open().ObserveAsync(Deadline())).Replicas.ShouldBeEmpty();
        (await engine.RemoveAsync(state.Id, Deadline())).ShouldBeTrue();
    }

    [ContractFact]
    public async Task UnknownIdsAreNoOps()
    {
        var engine = Open();
        var unknown = ReplicaId.New(DeploymentName.Parse("nobody"), 1, Random.Shared);

        (await engine.StopAsync(unknown, TimeSpan.Zero, Deadline())).Value.ShouldBeFalse();
        (await engine.RemoveAsync(unknown, Deadline())).ShouldBeTrue();
        (await ReadAsync(engine, unknown, new LogQuery())).ShouldBeEmpty();
        (await ReadAsync(engine, unknown, new LogQuery(Follow: true))).ShouldBeEmpty();
    }

    [ContractFact]
    public async Task LogsAreReadWholeByTailAndSince()
    {
        var engine = Open();
        string[] lines = ["""{"time":"2020-01-01T00:00:00Z","message":"old"}""", """{"time":"2030-01-01T00:00:00Z","message":"new"}""", "last"];
        var state = (await engine.StartAsync(Spec(new TestProgram.Print(lines)), Deadline())).Value;
        await FollowUntilAsync(engine, state.Id, "last");

        (await ReadAsync(engine, state.Id, new LogQuery())).ShouldBe(lines);
        (await ReadAsync(engine, state.Id, new LogQuery(Tail: 2))).ShouldBe(lines[1..]);
        (await ReadAsync(engine, state.Id, new LogQuery(Tail: 0))).ShouldBeEmpty();
        var since = new LogQuery(Since: DateTimeOffset.Parse("2025-01-01T00:00:00Z", CultureInfo.InvariantCulture));
        (await ReadAsync(engine, state.Id, since)).ShouldBe(lines[1..]);
    }

    [ContractFact]
    public async Task TheEndOfAReplicaHoldsItsLastLinesAndEndsAFollow()
    {
        var engine = Open();
        var state = (await engine.StartAsync(Spec(new TestProgram.Print("one", "two")), Deadline())).Value;
        await FollowUntilAsync(engine, state.Id, "two");
        var follow = ReadAsync(engine, state.Id, new LogQuery(Follow: true));

        Kill(state);

        (await follow).ShouldBe(["one", "two"]);
        (await WaitForEndAsync(engine, state.Id)).Exit.ShouldNotBeNull().LastLines.ShouldBe(["one", "two"]);
    }

    [ContractFact]
    public async Task EnvironmentAndSecretsReachTheReplicaAndASecretIsWrittenNowhere()
    {
        var engine = Open();
        var spec = Spec(new TestProgram.Forever()) with
        {
            Secrets = [SecretName],
        };
        spec = spec with { Environment = new Dictionary<string, string>(spec.Environment) { ["GREETING"] = "hello there" } };

        var state = (await engine.StartAsync(spec, Deadline())).Value;

        // A process shows no environment in the instant in which it loads its program.
        var deadline = Deadline();
        while (VariableOf(state, "GREETING") is null) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline);
        VariableOf(state, "GREETING").ShouldBe("hello there");
        SecretOf(state, engine.Capabilities).ShouldBe(SecretValue);
        WrittenText().ShouldNotContain(text => text.Contains(SecretValue));
        (await engine.ObserveAsync(Deadline())).ToString().ShouldNotContain(SecretValue);
    }

    [ContractFact]
    public void AnImageOnAnEngineThatRunsNoneIsRefusedBeforeItStarts()
    {
        var engine = Open();
        if (engine.Capabilities.RunsImages) return;

        engine.Check(Spec(new TestProgram.Forever()) with { Workload = new Workload.Image("registry.test/a:1", 80) }).ShouldNotBeEmpty();
    }

    [ContractFact]
    public void ACommandOnAnEngineThatRunsNoneIsRefusedBeforeItStarts()
    {
        var engine = Open();
        if (engine.Capabilities.RunsCommands) return;

        engine.Check(Spec(new TestProgram.Forever()) with { Workload = new Workload.Command(Digest.Of([]), ["/bin/true"]) }).ShouldNotBeEmpty();
    }

    private string? SecretOf(ReplicaState replica, EngineCapabilities capabilities)
    {
        if (!capabilities.SecretsAreFiles) return VariableOf(replica, SecretName);
        VariableOf(replica, SecretName).ShouldBeNull();
        return VariableOf(replica, $"{SecretName}_FILE") is { } path ? FileOf(replica, path) : null;
    }

    protected static async Task<ReplicaState> WaitForEndAsync(IEngine engine, ReplicaId replica)
    {
        var deadline = Deadline();
        while (true)
        {
            var state = (await engine.ObserveAsync(deadline)).Replicas.Single(r => r.Id == replica);
            if (state.Phase == ReplicaPhase.Exited) return state;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline);
        }
    }

    /// <summary>A figure is of a measurement that may come after the start.</summary>
    private static async Task<ReplicaUsage> UsageAsync(IEngine engine)
    {
        var deadline = Deadline();
        while (true)
        {
            if ((await engine.ObserveAsync(deadline)).Replicas.ShouldHaveSingleItem().Usage is { } usage) return usage;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline);
        }
    }

    protected static async Task FollowUntilAsync(IEngine engine, ReplicaId replica, string text)
    {
        await foreach (var line in engine.ReadLogAsync(replica, new LogQuery(Follow: true), Deadline()))
        {
            if (line.Text == text) return;
        }

        throw new InvalidOperationException($"The log ended before '{text}'.");
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(IEngine engine, ReplicaId replica, LogQuery query)
    {
        var lines = new List<string>();
        await foreach (var line in engine.ReadLogAsync(replica, query, Deadline())) lines.Add(line.Text);
        return lines;
    }

    private static async Task CloseAsync(IEngine engine)
    {
        if (engine is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }
}

using Fairlead.Core.Engines;
using Fairlead.Engines.Process;
using Fairlead.Engines.Processes;

namespace Fairlead.Engines.Tests.Process;

/// <summary>What a new engine finds after the one before it was killed at each point of a replica's life, by what that leaves on disk.</summary>
public sealed class AdoptionTests : EngineTest
{
    [Fact]
    public async Task KilledBeforeTheRecordWasWritten()
    {
        var id = Home.Shell("").Id;
        Directory.CreateDirectory(Home.FolderOf(id));

        var seen = await ObserveOneAsync();

        seen.Phase.ShouldBe(ReplicaPhase.Exited);
        seen.Exit.ShouldNotBeNull().Code.ShouldBeNull();
    }

    [Fact]
    public async Task KilledBetweenTheRecordAndTheProcess()
    {
        var state = await LeaveRunningAsync();
        Rewrite(state, r => r with { Pid = 0, StartTime = 0 });
        Libc.kill(int.Parse(state.Handle), Libc.SigKill);
        await UntilAsync(() => Home.ProcessesOf(state.Id).Count == 0);

        (await ObserveOneAsync()).Phase.ShouldBe(ReplicaPhase.Exited);
    }

    [Fact]
    public async Task KilledBetweenTheProcessAndItsRecord()
    {
        var state = await LeaveRunningAsync();
        Rewrite(state, r => r with { Pid = 0, StartTime = 0 });

        var seen = await ObserveOneAsync();

        seen.Phase.ShouldBe(ReplicaPhase.Running);
        seen.Handle.ShouldBe(state.Handle);
        seen.Http.ShouldBe(state.Http);
        new ReplicaFolder(Home.FolderOf(state.Id)).Load().ShouldNotBeNull().Pid.ShouldBe(int.Parse(state.Handle));
    }

    [Fact]
    public async Task KilledInTheMiddleOfAWrite()
    {
        var state = await LeaveRunningAsync();
        File.WriteAllText(Path.Combine(Home.FolderOf(state.Id), "replica.json.next"), "{ \"id\": \"contr");

        (await ObserveOneAsync()).Handle.ShouldBe(state.Handle);
    }

    [Fact]
    public async Task ARecordThatCannotBeReadIsMadeUpForByTheProcessItself()
    {
        var state = await LeaveRunningAsync();
        File.WriteAllText(Path.Combine(Home.FolderOf(state.Id), "replica.json"), "");

        var seen = await ObserveOneAsync();

        seen.Phase.ShouldBe(ReplicaPhase.Running);
        seen.Handle.ShouldBe(state.Handle);
        seen.Http.ShouldBe(state.Http);
        seen.Notes.ShouldHaveSingleItem().ShouldContain("could not be read");
    }

    [Fact]
    public async Task OneThatEndedMeanwhileIsSeenExitedWithTheEndOfItsLog()
    {
        var state = await LeaveRunningAsync();
        Libc.kill(int.Parse(state.Handle), Libc.SigKill);
        await UntilAsync(() => Home.ProcessesOf(state.Id).Count == 0);

        var exit = (await ObserveOneAsync()).Exit.ShouldNotBeNull();

        exit.Code.ShouldBeNull();
        exit.LastLines.ShouldBe(["up"]);
    }

    [Theory]
    [InlineData("the pid is another process's now", false)]
    [InlineData("the machine was started anew", true)]
    public async Task APidThatMeansAnotherProcessIsNotAdopted(string label, bool otherBoot)
    {
        var state = await LeaveRunningAsync();
        Rewrite(state, r => otherBoot ? r with { Boot = "another" } : r with { StartTime = r.StartTime - 1 });

        (await ObserveOneAsync()).Phase.ShouldBe(ReplicaPhase.Exited, label);
        DetachedProcess.Find(int.Parse(state.Handle), ProcessStat.Read(int.Parse(state.Handle))!.Value.StartTime).ShouldNotBeNull(label);
    }

    [Fact]
    public async Task ProcessesWhoseFolderIsGoneAreEnded()
    {
        var state = await LeaveRunningAsync();
        Directory.Delete(Home.FolderOf(state.Id), recursive: true);

        (await Home.Open().ObserveAsync(Deadline())).Replicas.ShouldBeEmpty();

        Home.ProcessesOf(state.Id).ShouldBeEmpty();
    }

    [Fact]
    public async Task AnAdoptedReplicaIsWatchedStoppedAndRemovedLikeAnOwnOne()
    {
        var state = await LeaveRunningAsync();
        var engine = Home.Open();
        await engine.ObserveAsync(Deadline());
        await using var watch = engine.WatchAsync(Deadline()).GetAsyncEnumerator();

        (await engine.StopAsync(state.Id, TimeSpan.FromSeconds(10), Deadline())).Value.ShouldBeFalse();

        (await watch.MoveNextAsync()).ShouldBeTrue();
        (await engine.RemoveAsync(state.Id, Deadline())).ShouldBeTrue();
        Directory.Exists(Home.FolderOf(state.Id)).ShouldBeFalse();
        File.Exists(Home.Home.LogOf(state.Id)).ShouldBeTrue();
    }

    [Fact]
    public async Task AFolderThatIsNoReplicasIsLeftAlone()
    {
        Directory.CreateDirectory(Path.Combine(Home.Home.Replicas, "notes"));

        (await Home.Open().ObserveAsync(Deadline())).Replicas.ShouldBeEmpty();
        Directory.Exists(Path.Combine(Home.Home.Replicas, "notes")).ShouldBeTrue();
    }

    /// <summary>Starts a replica with an engine that then goes away.</summary>
    private async Task<ReplicaState> LeaveRunningAsync()
    {
        await using var engine = Home.Open();
        var state = (await engine.StartAsync(Home.Shell("echo up; exec sleep 600"), Deadline())).Value;
        await UntilAsync(() => File.ReadAllText(Home.Home.LogOf(state.Id)) == "up\n" && Home.ProcessesOf(state.Id).Count == 1);
        return state;
    }

    private async Task<ReplicaState> ObserveOneAsync() => (await Home.Open().ObserveAsync(Deadline())).Replicas.ShouldHaveSingleItem();

    private void Rewrite(ReplicaState state, Func<ReplicaRecord, ReplicaRecord> change)
    {
        var folder = new ReplicaFolder(Home.FolderOf(state.Id));
        folder.Save(change(folder.Load()!));
    }
}

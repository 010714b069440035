using Fairlead.Control.Deploying;
using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Restarts;
using Fairlead.Control.Store;
using Fairlead.Control.Tests.Fakes;
using Microsoft.Data.Sqlite;

namespace Fairlead.Control.Tests.Store;

public sealed class StateStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-state").FullName;

    private string Path => System.IO.Path.Combine(_folder, "state.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WhatWasWritten_IsReadByTheNextToOpen()
    {
        var record = Given.Updated(Given.Deployment(Given.Manifest(min: 3))) with { Replicas = 4, ReplicasByHand = true };
        using (var store = Open())
        {
            store.Change(new StateChange { Deployment = record, Events = [EventEntry.Of(Given.Now, EventKind.Scaled, "told", record.Name)] });
            store.Change(new StateChange { Restarts = [new RestartRecord(Given.Replica().Id, record.Name, 2, 3, Given.Now)] });
        }

        using var again = Open();
        var read = again.Deployments["penguins"];
        (read.Replicas, read.ReplicasByHand, read.Wanted, read.Source).ShouldBe((4, true, 2, "fairlead.yaml"));
        read.Revisions.Select(r => (r.Number, r.State, r.ManifestText, r.Content)).ShouldBe(record.Revisions.Select(r => (r.Number, r.State, r.ManifestText, r.Content)));
        read.Rollout.ShouldBe(record.Rollout);
        again.RestartsAtOpen.ShouldHaveSingleItem().ShouldBe(new RestartRecord(Given.Replica().Id, record.Name, 2, 3, Given.Now));
        again.EventsAfter(0, null, 10).ShouldHaveSingleItem().Message.ShouldBe("told");
    }

    [Fact]
    public void RemovedDeployment_TakesItsRevisionsAlongAndLeavesItsEvents()
    {
        using var store = Open();
        var record = Given.Deployment();
        store.Change(new StateChange { Deployment = record, Events = [EventEntry.Of(Given.Now, EventKind.DeploymentCreated, "made", record.Name)] });
        store.Change(new StateChange { Removed = record.Name });
        store.Deployments.ShouldBeEmpty();
        store.EventsAfter(0, "penguins", 10).Count.ShouldBe(1);
        store.Change(new StateChange { Deployment = record });
        store.Deployments["penguins"].Revisions.Count.ShouldBe(1);
    }

    [Fact]
    public void ChangeThatFailsBeforeItsCommit_LeavesMemoryAndFileAsTheyWere()
    {
        var record = Given.Deployment();
        using (var store = Open())
        {
            store.Change(new StateChange { Deployment = record });
            store.BeforeCommit = () => throw new IOException("killed here");
            Should.Throw<StateException>(() => store.Change(new StateChange { Deployment = Given.Updated(record), Events = [EventEntry.Of(Given.Now, "x", "x")] }));
            store.Deployments["penguins"].Wanted.ShouldBe(1);
        }

        using var again = Open();
        again.Deployments["penguins"].Wanted.ShouldBe(1);
        again.Deployments["penguins"].Revisions.Count.ShouldBe(1);
        again.EventsAfter(0, null, 10).ShouldBeEmpty();
    }

    [Fact]
    public void FullDisk_RefusesTheChangeAndTakesTheNextWhenThereIsRoom()
    {
        using var store = Open();
        store.Pragma("max_page_count = 20");
        var big = Given.Order(Given.Manifest(env: ("TEXT", new string('x', 200_000))));
        var record = DeployRule.Deploy(big, null, Given.Now).Record;
        var refused = Should.Throw<StateException>(() => store.Change(new StateChange { Deployment = record }));
        refused.Problem.Code.ShouldBe("FL5004");
        refused.Problem.Message.ShouldContain(Path);
        store.Deployments.ShouldBeEmpty();
        store.Pragma("max_page_count = 100000");
        store.Change(new StateChange { Deployment = record });
        store.Deployments.Count.ShouldBe(1);
    }

    [Fact]
    public void FileThatCannotBeWritten_RefusesTheChange()
    {
        using var store = Open();
        store.Pragma("query_only = ON");
        Should.Throw<StateException>(() => store.Change(new StateChange { Deployment = Given.Deployment() })).Problem.Code.ShouldBe("FL5003");
    }

    [Theory]
    [InlineData(0, "FL5001")]
    [InlineData(50, "FL5001")]
    [InlineData(5000, "FL5001")]
    public void TruncatedFile_IsRefusedAndNotTouched(int length, string code)
    {
        Fill();
        using (var file = File.OpenWrite(Path)) file.SetLength(length);
        Refused(code);
    }

    [Fact]
    public void FileWithBytesOverwritten_IsRefusedAndNotTouched()
    {
        Fill();
        using (var file = File.OpenWrite(Path))
        {
            file.Seek(4096, SeekOrigin.Begin);
            file.Write(Enumerable.Repeat((byte)0xA5, 8192).ToArray());
        }

        Refused("FL5001");
    }

    [Fact]
    public void FileThatIsNoDatabase_IsRefusedAndNotTouched()
    {
        File.WriteAllText(Path, new string('x', 5000));
        Refused("FL5001");
    }

    [Fact]
    public void FileOfANewerSchema_IsRefusedAndNotTouched()
    {
        Fill();
        using (var connection = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        Refused("FL5002");
    }

    [Fact]
    public void MissingFileWithItsLogStillThere_IsRefused()
    {
        File.WriteAllText(Path + "-wal", "left behind");
        StateStore.Open(Path, Given.Parse).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL5001");
    }

    [Fact]
    public void FolderThatIsNotThere_IsRefusedWithItsPath()
    {
        var problem = StateStore.Open(System.IO.Path.Combine(_folder, "none", "state.db"), Given.Parse).Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe("FL5003");
        problem.Message.ShouldContain("none");
    }

    [Fact]
    public void OldEvents_AreForgottenInTheEnd()
    {
        using var store = Open();
        for (var i = 0; i < 3; i++)
        {
            store.Change(new StateChange { Events = [.. Enumerable.Range(0, StateStore.KeptEvents / 2).Select(n => EventEntry.Of(Given.Now, "kind", $"{n}"))] });
        }

        store.EventsAfter(0, null, 100_000).Count.ShouldBe(StateStore.KeptEvents);
    }

    [Fact]
    public async Task NextEvent_CompletesWithTheNextEvent()
    {
        using var store = Open();
        var next = store.NextEvent;
        next.IsCompleted.ShouldBeFalse();
        store.Change(new StateChange { Events = [EventEntry.Of(Given.Now, "kind", "now")] });
        await next.WaitAsync(TimeSpan.FromSeconds(5));
    }

    private StateStore Open() => StateStore.Open(Path, Given.Parse).Value;

    private void Fill()
    {
        using var store = Open();
        store.Change(new StateChange { Deployment = Given.Deployment(), Events = [.. Enumerable.Range(0, 200).Select(n => EventEntry.Of(Given.Now, "kind", new string('e', 100)))] });
    }

    private void Refused(string code)
    {
        var before = File.ReadAllBytes(Path);
        var problem = StateStore.Open(Path, Given.Parse).Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe(code);
        problem.Message.ShouldContain(Path);
        File.ReadAllBytes(Path).ShouldBe(before);
    }
}

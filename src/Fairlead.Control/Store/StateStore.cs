using System.Collections.Immutable;
using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Restarts;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Microsoft.Data.Sqlite;

namespace Fairlead.Control.Store;

/// <summary>
/// What the controller must not forget: deployments, revisions, rollouts, restarts and events, in one SQLite file and, read once,
/// in memory. A change is one durable transaction; memory follows only after the commit, so what is seen has been written.
/// </summary>
public sealed class StateStore : IDisposable
{
    internal const int KeptEvents = 10_000;

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly string _path;
    private volatile ImmutableSortedDictionary<string, DeploymentRecord> _deployments;
    private TaskCompletionSource _nextEvent = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StateStore(SqliteConnection connection, string path, ImmutableSortedDictionary<string, DeploymentRecord> deployments, IReadOnlyList<RestartRecord> restarts) =>
        (_connection, _path, _deployments, RestartsAtOpen) = (connection, path, deployments, restarts);

    public IReadOnlyDictionary<string, DeploymentRecord> Deployments => _deployments;

    /// <summary>The restart histories as they stood when the file was opened.</summary>
    public IReadOnlyList<RestartRecord> RestartsAtOpen { get; }

    /// <summary>Completes after the next event is stored. Take it before reading the events.</summary>
    public Task NextEvent => Volatile.Read(ref _nextEvent).Task;

    /// <summary>For tests: runs inside the transaction before its commit.</summary>
    internal Action? BeforeCommit { get; set; }

    /// <summary>For tests: runs after the commit, before memory follows.</summary>
    internal Action? AfterCommit { get; set; }

    /// <param name="parse">Reads a stored manifest.</param>
    public static Result<StateStore> Open(string path, Func<string, Result<Manifest>> parse)
    {
        var opened = StateFile.Open(path);
        if (!opened.TryGet(out var connection)) return Result.Fail<StateStore>(opened.Problems);
        try
        {
            var deployments = StateReader.Deployments(connection, parse);
            if (deployments.TryGet(out var read)) return new StateStore(connection, path, read, StateReader.Restarts(connection));
            connection.Dispose();
            return Result.Fail<StateStore>(deployments.Problems);
        }
        catch (Exception failure) when (failure is SqliteException or FormatException or ArgumentException or KeyNotFoundException)
        {
            connection.Dispose();
            return failure is SqliteException ? StateFaults.Translate(failure, path) : ControlProblems.StateCorrupt(path, failure.Message.TrimEnd('.'));
        }
    }

    /// <summary>Decides on the deployments as they are and writes what was decided; nothing changes them in between.</summary>
    /// <param name="decide">Quick and without effects; an empty change writes nothing.</param>
    /// <exception cref="StateException">The change could not be written; everything is as before.</exception>
    public T Change<T>(Func<IReadOnlyDictionary<string, DeploymentRecord>, (StateChange Change, T Result)> decide)
    {
        lock (_gate)
        {
            var (change, result) = decide(_deployments);
            if (!change.IsEmpty) Commit(change);
            return result;
        }
    }

    /// <exception cref="StateException">The change could not be written; everything is as before.</exception>
    public void Change(StateChange change) => Change(_ => (change, 0));

    /// <summary>The events after a sequence number, oldest first.</summary>
    public IReadOnlyList<EventEntry> EventsAfter(long after, string? deployment, int limit)
    {
        lock (_gate) return Read(() => StateReader.Events(_connection, deployment, after, limit));
    }

    /// <summary>The newest events, oldest first.</summary>
    public IReadOnlyList<EventEntry> LatestEvents(string? deployment, int limit)
    {
        lock (_gate) return Read(() => StateReader.LatestEvents(_connection, deployment, limit));
    }

    public void Dispose()
    {
        lock (_gate) _connection.Dispose();
    }

    /// <summary>For tests: what SQLite does at a setting such as <c>max_page_count</c>.</summary>
    internal void Pragma(string text) => _connection.Execute("PRAGMA " + text);

    private void Commit(StateChange change)
    {
        try
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            StateWriter.Write(_connection, change);
            if (change.Events.Count > 0) _connection.Execute("DELETE FROM events WHERE sequence <= (SELECT max(sequence) FROM events) - $1", KeptEvents);
            BeforeCommit?.Invoke();
            transaction.Commit();
            AfterCommit?.Invoke();
        }
        catch (Exception failure) when (failure is SqliteException or IOException)
        {
            throw new StateException(StateFaults.Translate(failure, _path), failure);
        }

        if (change.Removed is { } removed) _deployments = _deployments.Remove(removed.Value);
        if (change.Deployment is { } deployment) _deployments = _deployments.SetItem(deployment.Name.Value, deployment);
        if (change.Events.Count > 0) Interlocked.Exchange(ref _nextEvent, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    private T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException failure)
        {
            throw new StateException(StateFaults.Translate(failure, _path), failure);
        }
    }
}

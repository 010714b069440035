using System.Collections.Immutable;
using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Restarts;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Microsoft.Data.Sqlite;

namespace Fairlead.Control.Store;

/// <summary>Reads records from their tables.</summary>
internal static class StateReader
{
    /// <param name="parse">Reads a stored manifest.</param>
    public static Result<ImmutableSortedDictionary<string, DeploymentRecord>> Deployments(SqliteConnection connection, Func<string, Result<Manifest>> parse)
    {
        var revisions = new Dictionary<string, List<RevisionRecord>>(StringComparer.Ordinal);
        var problems = new List<Problem>();
        connection.Query(r => Add(revisions, r, parse, problems), "SELECT deployment, number, manifest, content, state, copy_of, created FROM revisions ORDER BY deployment, number");
        if (problems.Count > 0) return Result.Fail<ImmutableSortedDictionary<string, DeploymentRecord>>(problems);
        var rollouts = connection.Query(ReadRollout, "SELECT deployment, from_revision, to_revision, state, started, ended, reason, requests, failed, paused FROM rollouts ORDER BY to_revision")
            .GroupBy(r => r.Deployment).ToDictionary(g => g.Key, g => g.Last().Rollout);
        return connection
            .Query(r => ReadDeployment(r, revisions, rollouts), "SELECT name, engine, wanted, replicas, by_hand, deleting, source, created FROM deployments")
            .ToImmutableSortedDictionary(d => d.Name.Value, d => d, StringComparer.Ordinal);
    }

    public static List<RestartRecord> Restarts(SqliteConnection connection) => connection.Query(
        r => new RestartRecord(ReplicaId.Parse(r.GetString(0)), DeploymentName.Parse(r.GetString(1)), r.GetInt32(2), r.GetInt32(3), r.TimeOrNull(4)),
        "SELECT replica, deployment, restarts, failures, not_before FROM restarts");

    public static List<EventEntry> Events(SqliteConnection connection, string? deployment, long after, int limit) => connection.Query(
        r => new EventEntry(r.GetInt64(0), r.Time(1), r.Text(2), r.Text(3), Enum.Parse<Severity>(r.GetString(4), ignoreCase: true), r.GetString(5), r.GetString(6)),
        "SELECT sequence, time, deployment, replica, severity, kind, message FROM events WHERE sequence > $1 AND ($2 IS NULL OR deployment = $2) ORDER BY sequence LIMIT $3",
        after, deployment, limit);

    public static List<EventEntry> LatestEvents(SqliteConnection connection, string? deployment, int limit)
    {
        var latest = connection.Query(
            r => new EventEntry(r.GetInt64(0), r.Time(1), r.Text(2), r.Text(3), Enum.Parse<Severity>(r.GetString(4), ignoreCase: true), r.GetString(5), r.GetString(6)),
            "SELECT sequence, time, deployment, replica, severity, kind, message FROM events WHERE $1 IS NULL OR deployment = $1 ORDER BY sequence DESC LIMIT $2",
            deployment, limit);
        latest.Reverse();
        return latest;
    }

    private static int Add(Dictionary<string, List<RevisionRecord>> revisions, SqliteDataReader row, Func<string, Result<Manifest>> parse, List<Problem> problems)
    {
        var deployment = row.GetString(0);
        var parsed = parse(row.GetString(2));
        if (!parsed.TryGet(out var manifest))
        {
            problems.AddRange(parsed.Problems);
            return 0;
        }

        if (!revisions.TryGetValue(deployment, out var list)) revisions[deployment] = list = [];
        list.Add(new RevisionRecord(row.GetInt32(1), manifest, row.GetString(2), row.Text(3) is { } content ? Digest.Parse(content) : null)
        {
            State = Enum.Parse<RevisionState>(row.GetString(4), ignoreCase: true),
            CopyOf = row.Int(5),
            CreatedAt = row.Time(6),
        });
        return list.Count;
    }

    private static (string Deployment, RolloutRecord Rollout) ReadRollout(SqliteDataReader row) => (row.GetString(0),
        new RolloutRecord(row.GetInt32(1), row.GetInt32(2), Enum.Parse<RolloutState>(row.GetString(3), ignoreCase: true), row.Time(4))
        {
            EndedAt = row.TimeOrNull(5),
            Reason = row.Text(6),
            Requests = row.GetInt64(7),
            Failed = row.GetInt64(8),
            Paused = row.GetBoolean(9),
        });

    private static DeploymentRecord ReadDeployment(SqliteDataReader row, Dictionary<string, List<RevisionRecord>> revisions, Dictionary<string, RolloutRecord> rollouts) => new()
    {
        Name = DeploymentName.Parse(row.GetString(0)),
        Engine = row.GetString(1),
        Wanted = row.GetInt32(2),
        Replicas = row.GetInt32(3),
        ReplicasByHand = row.GetBoolean(4),
        Deleting = row.GetBoolean(5),
        Source = row.Text(6),
        CreatedAt = row.Time(7),
        Revisions = [.. revisions[row.GetString(0)]],
        Rollout = rollouts.GetValueOrDefault(row.GetString(0)),
    };
}

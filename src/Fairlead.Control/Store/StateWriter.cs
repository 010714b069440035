using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Core.Identity;
using Microsoft.Data.Sqlite;

namespace Fairlead.Control.Store;

/// <summary>Writes a change's records, within the caller's transaction.</summary>
internal static class StateWriter
{
    public static void Write(SqliteConnection connection, StateChange change)
    {
        if (change.Removed is { } removed) connection.Execute("DELETE FROM deployments WHERE name = $1", removed.Value);
        if (change.Deployment is { } deployment) Write(connection, deployment);
        foreach (var record in change.Restarts)
        {
            connection.Execute(
                "INSERT INTO restarts(replica, deployment, restarts, failures, not_before) SELECT $1, $2, $3, $4, $5 WHERE EXISTS (SELECT 1 FROM deployments WHERE name = $2) ON CONFLICT DO UPDATE SET restarts = $3, failures = $4, not_before = $5",
                record.Replica.Value, record.Deployment.Value, record.Restarts, record.Failures, record.NotBefore);
        }

        foreach (ReplicaId replica in change.ForgottenRestarts) connection.Execute("DELETE FROM restarts WHERE replica = $1", replica.Value);
        foreach (var entry in change.Events) Write(connection, entry);
    }

    private static void Write(SqliteConnection connection, DeploymentRecord deployment)
    {
        connection.Execute(
            """
            INSERT INTO deployments(name, engine, wanted, replicas, by_hand, deleting, source, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT DO UPDATE SET engine = $2, wanted = $3, replicas = $4, by_hand = $5, deleting = $6, source = $7
            """,
            deployment.Name.Value, deployment.Engine, deployment.Wanted, deployment.Replicas, deployment.ReplicasByHand, deployment.Deleting, deployment.Source, deployment.CreatedAt);
        foreach (var revision in deployment.Revisions)
        {
            connection.Execute(
                "INSERT INTO revisions(deployment, number, version, content, manifest, state, copy_of, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO UPDATE SET state = $6 WHERE state <> $6",
                deployment.Name.Value, revision.Number, revision.Manifest.Version, revision.Content?.Value, revision.ManifestText, revision.State.ToString(), revision.CopyOf, revision.CreatedAt);
        }

        if (deployment.Rollout is not { } rollout) return;
        connection.Execute(
            """
            INSERT INTO rollouts(deployment, from_revision, to_revision, state, started, ended, reason, requests, failed, paused) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT DO UPDATE SET state = $4, ended = $6, reason = $7, requests = $8, failed = $9, paused = $10
            """,
            deployment.Name.Value, rollout.From, rollout.To, rollout.State.ToString(), rollout.StartedAt, rollout.EndedAt, rollout.Reason, rollout.Requests, rollout.Failed, rollout.Paused);
    }

    private static void Write(SqliteConnection connection, EventEntry entry) => connection.Execute(
        "INSERT INTO events(time, deployment, replica, severity, kind, message) VALUES ($1, $2, $3, $4, $5, $6)",
        entry.Time, entry.Deployment, entry.Replica, entry.Severity.ToString(), entry.Kind, entry.Message);
}

namespace Fairlead.Control.Store;

/// <summary>
/// The schema's history. Element n brings a file of version n to n + 1; what was released is never edited, only added to.
/// Times are milliseconds since 1970 in UTC.
/// </summary>
internal static class Schema
{
    public static readonly IReadOnlyList<string> Migrations =
    [
        """
        CREATE TABLE deployments(
          name TEXT PRIMARY KEY, engine TEXT NOT NULL, wanted INTEGER NOT NULL, replicas INTEGER NOT NULL,
          by_hand INTEGER NOT NULL, deleting INTEGER NOT NULL, source TEXT, created INTEGER NOT NULL) STRICT;
        CREATE TABLE revisions(
          deployment TEXT NOT NULL REFERENCES deployments(name) ON DELETE CASCADE, number INTEGER NOT NULL, version TEXT NOT NULL,
          content TEXT, manifest TEXT NOT NULL, state TEXT NOT NULL, copy_of INTEGER, created INTEGER NOT NULL,
          PRIMARY KEY (deployment, number)) STRICT;
        CREATE TABLE rollouts(
          deployment TEXT NOT NULL REFERENCES deployments(name) ON DELETE CASCADE, from_revision INTEGER NOT NULL, to_revision INTEGER NOT NULL,
          state TEXT NOT NULL, started INTEGER NOT NULL, ended INTEGER, reason TEXT, requests INTEGER NOT NULL, failed INTEGER NOT NULL,
          PRIMARY KEY (deployment, to_revision)) STRICT;
        CREATE TABLE events(
          sequence INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, deployment TEXT, replica TEXT,
          severity TEXT NOT NULL, kind TEXT NOT NULL, message TEXT NOT NULL) STRICT;
        CREATE INDEX events_by_deployment ON events(deployment, sequence);
        CREATE TABLE restarts(
          replica TEXT PRIMARY KEY, deployment TEXT NOT NULL REFERENCES deployments(name) ON DELETE CASCADE,
          restarts INTEGER NOT NULL, failures INTEGER NOT NULL, not_before INTEGER) STRICT;
        """,
        "ALTER TABLE rollouts ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;",
    ];

    public static int Version => Migrations.Count;
}

using Fairlead.Core.Results;
using Microsoft.Data.Sqlite;

namespace Fairlead.Control.Store;

/// <summary>Opens the state file: whole, of a known schema, and made durable; or says what is wrong. It never repairs and never resets.</summary>
internal static class StateFile
{
    public static Result<SqliteConnection> Open(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                if (File.Exists(path + "-wal")) return ControlProblems.StateCorrupt(path, "it is missing while its write-ahead log is there");
                Create(path);
            }

            if (new FileInfo(path).Length == 0) return ControlProblems.StateCorrupt(path, "it is empty");
            return OpenExisting(path);
        }
        catch (SqliteException failure)
        {
            return StateFaults.Translate(failure, path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return StateFaults.Translate(failure, path);
        }
    }

    // Made under another name and moved: a file that is there but empty was never ours to begin with.
    private static void Create(string path)
    {
        var draft = path + ".new";
        foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm", "-journal"]) File.Delete(draft + suffix);
        using (var connection = Connect(draft))
        {
            Migrate(connection, 0);
            connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        File.Move(draft, path, overwrite: false);
    }

    private static Result<SqliteConnection> OpenExisting(string path)
    {
        var connection = Connect(path);
        try
        {
            var version = Convert.ToInt32(connection.Scalar("PRAGMA user_version"));
            var problem = version > Schema.Version ? ControlProblems.StateNewer(path, version, Schema.Version) : Check(connection, path);
            if (problem is null)
            {
                Migrate(connection, version);
                return connection;
            }

            connection.Dispose();
            return problem;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static Problem? Check(SqliteConnection connection, string path)
    {
        var found = connection.Query(r => r.GetString(0), "PRAGMA quick_check(3)");
        if (found is not ["ok"]) return ControlProblems.StateCorrupt(path, string.Join("; ", found));
        // Takes the write lock and gives it back: a file that can only be read shows itself now and not at the first change.
        connection.Execute("BEGIN IMMEDIATE");
        connection.Execute($"PRAGMA user_version = {Convert.ToInt32(connection.Scalar("PRAGMA user_version"))}");
        connection.Execute("ROLLBACK");
        return null;
    }

    private static SqliteConnection Connect(string path)
    {
        // Without a pool, closing really closes: the write-ahead log is folded in and the files can be moved.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            connection.Execute("PRAGMA busy_timeout = 2000");
            connection.Execute("PRAGMA journal_mode = WAL");
            connection.Execute("PRAGMA synchronous = FULL");
            connection.Execute("PRAGMA foreign_keys = ON");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Migrate(SqliteConnection connection, int from)
    {
        for (var version = from; version < Schema.Version; version++)
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            connection.Execute(Schema.Migrations[version]);
            connection.Execute($"PRAGMA user_version = {version + 1}");
            transaction.Commit();
        }
    }
}

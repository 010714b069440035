using Fairlead.Core.Results;
using Microsoft.Data.Sqlite;

namespace Fairlead.Control.Store;

/// <summary>What SQLite and the file system say, as problems that a person can act on.</summary>
internal static class StateFaults
{
    // https://sqlite.org/rescode.html
    private const int Permission = 3, Busy = 5, Locked = 6, ReadOnly = 8, Corrupt = 11, Full = 13, CannotOpen = 14, Denied = 23, NotADatabase = 26;

    public static Problem Translate(Exception failure, string path) => failure switch
    {
        SqliteException sqlite => Translate(sqlite, path),
        UnauthorizedAccessException => ControlProblems.StateReadOnly(path, failure.Message.TrimEnd('.')),
        DirectoryNotFoundException => ControlProblems.StateReadOnly(path, "its folder is not there"),
        IOException when failure.HResult == 28 => ControlProblems.StateDiskFull(path), // ENOSPC
        _ => ControlProblems.StateUnreadable(path, failure.Message.TrimEnd('.')),
    };

    private static Problem Translate(SqliteException failure, string path) => failure.SqliteErrorCode switch
    {
        Full => ControlProblems.StateDiskFull(path),
        Corrupt or NotADatabase => ControlProblems.StateCorrupt(path, Said(failure)),
        ReadOnly or Permission or CannotOpen or Denied => ControlProblems.StateReadOnly(path, Said(failure)),
        Busy or Locked => ControlProblems.StateInUse(path),
        _ => ControlProblems.StateUnreadable(path, Said(failure)),
    };

    // "SQLite Error 11: 'database disk image is malformed'." -> the words in quotes.
    private static string Said(SqliteException failure)
    {
        var parts = failure.Message.Split('\'', 3);
        return parts.Length == 3 ? parts[1] : failure.Message;
    }
}

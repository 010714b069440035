using Fairlead.Core.Engines;
using Fairlead.Core.Identity;

namespace Fairlead.Engines.Logs;

/// <summary>
/// A replica's log: a file that the replica itself appends to, and the one before it. When the file grows above its bound
/// it is copied and truncated, since the replica cannot be told to open another; what it writes between the two steps is lost.
/// </summary>
internal sealed class ReplicaLog(string path, ReplicaId replica, TimeProvider time)
{
    private const int LastBytes = 16 << 10;

    public static string OlderOf(string path) => path + ".1";

    /// <summary>The end of the log.</summary>
    public static IReadOnlyList<string> LastLines(string path, int count)
    {
        try
        {
            using var file = Open(path);
            if (file is null) return [];
            file.Position = Math.Max(0, file.Length - LastBytes);
            var startsInside = file.Position > 0;
            var lines = new List<string>();
            var splitter = new LineSplitter();
            ReadOn(file, splitter, lines);
            if (splitter.Rest() is { } rest) lines.Add(rest);
            return [.. lines.Skip(startsInside ? 1 : 0).TakeLast(count)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Keeps the file under the bound; does nothing while it is.</summary>
    public static void Bound(string path, long most)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length <= most) return;
        try
        {
            // Renamed into place just before the cut, which is what tells a reader that the file begins anew.
            File.Copy(path, path + ".next", overwrite: true);
            File.Move(path + ".next", OlderOf(path), overwrite: true);
        }
        catch (IOException)
        {
            // No room for the copy: the newest lines are worth less than the disk that everything else needs.
            File.Delete(path + ".next");
            File.Delete(OlderOf(path));
        }

        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.SetLength(handle, 0);
    }

    /// <summary>
    /// A structured line has its own time. A plain one has that of the last structured line before it, or when there is
    /// none, the moment it is read; for <see cref="LogQuery.Since"/> such a line counts as written when the file was last.
    /// </summary>
    /// <param name="isOver">Asked before each look: true when the replica has ended, so that one more look is the last.</param>
    public async IAsyncEnumerable<LogLine> ReadAsync(
        LogQuery query, Func<bool> isOver, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new LogReader(path, replica, time, query.Since);
        var existing = query.Follow ? reader.ReadExisting() : reader.ReadExisting().Concat(reader.ReadRest());
        foreach (var line in query.Tail is { } tail ? existing.TakeLast(tail) : existing)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return line;
        }

        for (var over = !query.Follow; !over;)
        {
            await Task.Delay(LogReader.LookEvery, time, cancellationToken);
            over = isOver();
            foreach (var line in reader.ReadMore()) yield return line;
        }

        foreach (var line in reader.ReadRest()) yield return line;
    }

    internal static FileStream? Open(string path) => File.Exists(path)
        ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1)
        : null;

    internal static void ReadOn(FileStream file, LineSplitter splitter, List<string> lines)
    {
        var buffer = new byte[64 << 10];
        while (file.Read(buffer) is > 0 and var count) splitter.Add(buffer.AsSpan(0, count), lines);
    }
}

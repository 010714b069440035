using System.Globalization;
using Fairlead.Core.Homes;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Packaging.Content;

namespace Fairlead.Packaging;

/// <summary>
/// The folders that revisions run, each under its digest and never changed. A folder appears whole or not at all, also
/// when the machine stops in between, and several processes may add and prune at once.
/// </summary>
public sealed class ContentStore(FairleadHome home)
{
    private const string Unfinished = ".tmp-";
    private const string Leaving = ".gone-";

    // errno ENOSPC and EDQUOT
    private static readonly int[] NoSpace = [28, 122];

    /// <summary>Stores the entries, or finds that they are stored already.</summary>
    internal Result<PackedContent> Add(IReadOnlyList<ContentEntry> entries)
    {
        ContentIndex index;
        try
        {
            index = ContentReader.Index(entries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return PackagingProblems.SourceUnreadable(home.Content, e.Message);
        }

        try
        {
            return IsWhole(home.ContentOf(index.ToDigest()), entries) ? Packed(index) : Store(entries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Translate(e, home.Content);
        }
    }

    internal static Problem Translate(Exception exception, string store) => NoSpace.Contains(exception.HResult & 0xFFFF)
        ? PackagingProblems.DiskFull(store, exception.Message)
        : PackagingProblems.StoreNotWritable(store, exception.Message);

    /// <summary>
    /// Removes every folder that is not kept, and what packing left behind in processes that are gone. The caller keeps
    /// what it is about to deploy: a folder without a revision is not told from one that is no longer wanted.
    /// </summary>
    /// <returns>The digests whose folders were removed.</returns>
    public IReadOnlyList<Digest> Prune(IReadOnlySet<Digest> keep)
    {
        var removed = new List<Digest>();
        if (!Directory.Exists(home.Content)) return removed;
        foreach (var folder in Directory.GetDirectories(home.Content))
        {
            var name = Path.GetFileName(folder);
            if (Digest.TryParse($"sha256:{name}", out var digest))
            {
                if (keep.Contains(digest)) continue;
                Remove(folder);
                removed.Add(digest);
            }
            else if (IsAbandoned(name))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return removed;
    }

    private PackedContent Store(IReadOnlyList<ContentEntry> entries)
    {
        Directory.CreateDirectory(home.Content);
        var temporary = NewFolder(Unfinished);
        try
        {
            Directory.CreateDirectory(temporary);
            var index = ContentReader.Copy(entries, temporary);
            Publish(temporary, home.ContentOf(index.ToDigest()), entries);
            Posix.FlushFolder(home.Content);
            return Packed(index);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }

    private void Publish(string temporary, string final, IReadOnlyList<ContentEntry> entries)
    {
        if (Directory.Exists(final) && !IsWhole(final, entries)) Remove(final);
        try
        {
            Directory.Move(temporary, final);
        }
        catch (IOException) when (IsWhole(final, entries))
        {
            // Another process stored the same content first.
        }
    }

    // Cheap on purpose: the files are read-only and were on disk before the folder had its name.
    private static bool IsWhole(string folder, IReadOnlyList<ContentEntry> entries) =>
        Directory.Exists(folder) && entries.All(e => e switch
        {
            ContentEntry.Copied c => Matches(Path.Combine(folder, c.Path), new FileInfo(c.Source).Length),
            ContentEntry.Written w => Matches(Path.Combine(folder, w.Path), w.Bytes.Length),
            ContentEntry.Link l => new FileInfo(Path.Combine(folder, l.Path)).LinkTarget == l.Target,
            _ => false,
        });

    private static bool Matches(string path, long length) => new FileInfo(path) is { Exists: true } file && file.Length == length;

    // Renamed first, so that nobody ever sees half a folder under a digest.
    private void Remove(string folder)
    {
        var leaving = NewFolder(Leaving);
        Directory.Move(folder, leaving);
        Directory.Delete(leaving, recursive: true);
    }

    private string NewFolder(string prefix) => Path.Combine(home.Content, $"{prefix}{Environment.ProcessId}-{Guid.NewGuid():n}");

    private static bool IsAbandoned(string name)
    {
        var prefix = name.StartsWith(Unfinished, StringComparison.Ordinal) ? Unfinished : name.StartsWith(Leaving, StringComparison.Ordinal) ? Leaving : null;
        if (prefix is null) return false;
        var owner = name[prefix.Length..].Split('-')[0];
        return int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid != Environment.ProcessId && !Directory.Exists($"/proc/{pid}");
    }

    private PackedContent Packed(ContentIndex index)
    {
        var digest = index.ToDigest();
        return new PackedContent(digest, home.ContentOf(digest), index.Bytes, index.Files);
    }
}

using System.Security.Cryptography;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;

namespace Fairlead.Oci.Layouts;

/// <summary>Reads everything and tells everything that is wrong.</summary>
internal sealed class Verification(OciStore store, IndexFile indexFile)
{
    private readonly List<Problem> _problems = [];

    public async Task<Result<int>> RunAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(store.Layout.Sessions)) return 0;
        var damaged = new HashSet<Digest>();
        var checkedBlobs = 0;
        foreach (var digest in store.Layout.AllBlobs().ToList())
        {
            if (await HashAsync(store.Layout.BlobOf(digest), cancellationToken) is not { } actual) continue;
            checkedBlobs++;
            if (actual == digest) continue;
            damaged.Add(digest);
            _problems.Add(OciProblems.BlobDamaged(store.Layout.BlobOf(digest)));
        }

        // Reading takes long, and images may go meanwhile; what the index names is looked for while nothing can change.
        using var taken = await FileLock.TakeAsync(store.Layout.Lock, store.Time, cancellationToken);
        var read = indexFile.Read();
        if (!read.TryGet(out var index)) return Result.Fail<int>(read.Problems);
        foreach (var entry in index.Manifests.Where(m => !damaged.Contains(m.Digest))) CheckPresence(entry);
        return _problems.Count == 0 ? checkedBlobs : Result.Fail<int>([.. _problems.Distinct()]);
    }

    private void CheckPresence(Descriptor entry)
    {
        var below = new ImageGraph(store).Below(entry);
        if (!below.TryGet(out var needed))
        {
            _problems.AddRange(below.Problems);
            return;
        }

        foreach (var blob in needed.Where(b => !store.Layout.Has(b.Digest, b.Size))) _problems.Add(OciProblems.BlobMissing(blob.Digest, store.Folder));
    }

    /// <returns>Null when the blob has been pruned meanwhile.</returns>
    private static async Task<Digest?> HashAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, Options = FileOptions.SequentialScan, BufferSize = 1 << 20 });
            return Digest.FromHash(await SHA256.HashDataAsync(stream, cancellationToken));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}

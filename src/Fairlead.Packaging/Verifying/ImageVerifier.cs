using System.Security.Cryptography;
using Fairlead.Core.Homes;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Unpacking;
using Fairlead.Packaging.Building;
using Fairlead.Packaging.Checks;
using Fairlead.Packaging.Verifying;

namespace Fairlead.Packaging;

/// <summary>
/// Checks an image of the local store from outside: its bytes, what it unpacks to, what it says of itself, and, for a
/// model's image, that its server answers the golden requests. Every check is made, whichever fails before it.
/// </summary>
public sealed class ImageVerifier(OciStore store, FairleadHome home, TimeProvider time)
{
    // What sets the user id is a finding of its own and does not keep the other checks from the files.
    private static readonly UnpackOptions Lenient = new() { DropSetUserId = true };

    /// <param name="done">Told of each check when it is made.</param>
    public async Task<Result<VerifyReport>> RunAsync(ImageName name, Action<VerifyCheck> done, CancellationToken cancellationToken)
    {
        var begun = await store.BeginAsync(cancellationToken);
        if (!begun.TryGet(out var session)) return Result.Fail<VerifyReport>(begun.Problems);
        await using (session)
        {
            var opened = await session.OpenImageAsync(name, cancellationToken);
            if (!opened.TryGet(out var image)) return Result.Fail<VerifyReport>(opened.Problems);
            using var root = new TemporaryRoot(home);
            var checks = new List<VerifyCheck>();
            await foreach (var check in ChecksAsync(image, root, cancellationToken))
            {
                checks.Add(check);
                done(check);
            }

            return new VerifyReport(name.ToString(), image.Stored.Manifest.Digest, checks);
        }
    }

    private async IAsyncEnumerable<VerifyCheck> ChecksAsync(LoadedImage image, TemporaryRoot root, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await CheckBlobsAsync(image, cancellationToken);
        var (unpacked, there) = await UnpackAsync(image, root.Files, cancellationToken);
        yield return unpacked;
        yield return CheckUser(image.Config);
        if (!there) yield break;
        yield return SecretCheck.Run(image.Config, root.Files, cancellationToken);

        // Of another program's image no more is known.
        if (image.Config.Run?.Entrypoint is not [var program, ..] || program != $"/{ServerProgram.ProgramInImage}") yield break;
        yield return SbomCheck.Run(image, store, root.Files, cancellationToken);
        var served = await new ServedCheck(root.Files, image.Config.Run.Environment ?? [], time).RunAsync(cancellationToken);
        yield return served.TryGet(out var golden)
            ? new VerifyCheck("serves", golden == 0 ? "the model loads; it has no golden answers" : $"{golden} golden answers match", null)
            : new VerifyCheck("serves", "", served.Problems[0]);
    }

    private async Task<VerifyCheck> CheckBlobsAsync(LoadedImage image, CancellationToken cancellationToken)
    {
        const string Subject = "blobs";
        var listed = store.Referrers(image.Stored.Manifest.Digest);
        if (!listed.TryGet(out var referrers)) return new VerifyCheck(Subject, "", listed.Problems[0]);
        var blobs = image.Manifest.Blobs.Append(image.Stored.Manifest).Concat(referrers.SelectMany(r => r.Manifest.Blobs.Append(r.Descriptor))).DistinctBy(b => b.Digest).ToList();
        foreach (var blob in blobs)
        {
            var opened = store.OpenBlob(blob);
            if (!opened.TryGet(out var stream)) return new VerifyCheck(Subject, "", opened.Problems[0]);
            await using (stream)
            {
                var actual = Digest.FromHash(await SHA256.HashDataAsync(stream, cancellationToken));
                if (actual != blob.Digest) return new VerifyCheck(Subject, "", VerifyProblems.BlobWrong(blob.Digest.Value, actual.Value));
            }
        }

        return new VerifyCheck(Subject, $"{blobs.Count} have the content that their digests say", null);
    }

    private async Task<(VerifyCheck Check, bool There)> UnpackAsync(LoadedImage image, string folder, CancellationToken cancellationToken)
    {
        const string Subject = "files";
        var unpacked = await ImageUnpacker.UnpackAsync(store, image, folder, UnpackOptions.Default, cancellationToken);
        if (unpacked.IsOk) return (new VerifyCheck(Subject, "no set-user-id, no device, no path out of the image", null), true);
        var again = await ImageUnpacker.UnpackAsync(store, image, folder, Lenient, cancellationToken);
        return (new VerifyCheck(Subject, "", unpacked.Problems[0]), again.IsOk);
    }

    private static VerifyCheck CheckUser(ImageConfig config)
    {
        var user = config.Run?.User ?? "";
        var isRoot = user.Split(':')[0] is "" or "0" or "root";
        return new VerifyCheck("user", user, isRoot ? VerifyProblems.RunsAsRoot(user) : null);
    }
}

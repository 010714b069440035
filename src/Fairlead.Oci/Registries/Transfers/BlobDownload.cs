using System.Net;
using System.Security.Cryptography;
using Fairlead.Core.Identity;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Registries.Transport;

namespace Fairlead.Oci.Registries.Transfers;

/// <summary>
/// Gets one blob into the store. It is written and hashed as it comes; after a drop it goes on where it stopped; it gets its
/// name only when the digest is right.
/// </summary>
internal sealed class BlobDownload(RemoteRepository repository, RegistryOptions options, Descriptor blob, Action<long> progress)
{
    private const int BufferSize = 1 << 17;
    private IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _arrived;

    public async Task<TransferState> RunAsync(StoreSession session, CancellationToken cancellationToken)
    {
        if (await session.HoldAsync(blob.Digest, blob.Size, cancellationToken)) return TransferState.Present;
        var target = session.CreateBlob();
        await using (target)
        {
            var before = 0L;
            await repository.Http.Backoff.RunAsync(attempt => ReceiveAsync(target.Stream, attempt), Advanced, cancellationToken);
            var actual = Digest.FromHash(_hash.GetHashAndReset());
            _hash.Dispose();
            // Not published, so it is deleted with its session's file.
            if (actual != blob.Digest) throw new RegistryException(RegistryProblems.Tampered(repository.Registry, blob.Digest, actual));
            await target.PublishAsync(blob.Digest, cancellationToken);

            bool Advanced()
            {
                var advanced = _arrived > before;
                before = _arrived;
                return advanced;
            }
        }

        return TransferState.Moved;
    }

    private async Task<bool> ReceiveAsync(FileStream target, CancellationToken cancellationToken)
    {
        var guard = new StallGuard(repository.Registry, options.StallLimit, options.Time);
        return await guard.RunAsync(token => ReceiveAsync(target, guard, token), cancellationToken);
    }

    private async Task<bool> ReceiveAsync(FileStream target, StallGuard guard, CancellationToken cancellationToken)
    {
        if (_arrived == blob.Size && blob.Size > 0) return true;
        using var response = await repository.GetBlobAsync(blob.Digest, _arrived, cancellationToken);
        if (response.StatusCode != HttpStatusCode.PartialContent) Restart(target);
        if (!response.IsSuccessStatusCode) throw new TransientException(RegistryProblems.UnexpectedAnswer(repository.Registry, $"GET blob {blob.Digest}", "it does not go on where it stopped"), retryAfter: null);
        try
        {
            await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
            await CopyAsync(content, target, guard, cancellationToken);
        }
        catch (IOException e) when (e is not StoreWriteException)
        {
            throw new TransientException(RegistryProblems.Unavailable(repository.Registry, e.Message), retryAfter: null);
        }

        if (_arrived < blob.Size) throw new TransientException(RegistryProblems.Unavailable(repository.Registry, "it ended a blob before its end"), retryAfter: null);
        return true;
    }

    private async Task CopyAsync(Stream content, FileStream target, StallGuard guard, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (_arrived + read > blob.Size) throw new RegistryException(RegistryProblems.WrongSize(repository.Registry, blob.Digest, blob.Size));
            await StoreWriteException.GuardAsync(target.WriteAsync(buffer.AsMemory(0, read), cancellationToken));
            _hash.AppendData(buffer, 0, read);
            _arrived += read;
            guard.Moved();
            progress(_arrived);
        }
    }

    private void Restart(FileStream target)
    {
        target.SetLength(0);
        target.Position = 0;
        _hash.Dispose();
        _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _arrived = 0;
    }
}

/// <summary>A fault of the disk in the midst of a download, which trying again does not mend.</summary>
internal sealed class StoreWriteException(IOException cause) : IOException(cause.Message, cause.HResult)
{
    public static async ValueTask GuardAsync(ValueTask writing)
    {
        try
        {
            await writing;
        }
        catch (IOException e)
        {
            throw new StoreWriteException(e);
        }
    }
}

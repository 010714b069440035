using System.Net;
using Fairlead.Oci.Images;
using Fairlead.Oci.Registries.Transport;

namespace Fairlead.Oci.Registries.Transfers;

/// <summary>
/// Gets one blob into a repository with the least bytes: not at all when it is there, from another repository of the
/// registry, in one request when it is small, else in pieces (OCI distribution spec, "Pushing blobs").
/// </summary>
/// <param name="open">Opens the blob from its start; it can be sought.</param>
internal sealed class BlobUpload(RemoteRepository repository, RegistryOptions options, Descriptor blob, Func<Stream> open, Action<long> progress)
{
    /// <param name="elsewhere">Repositories of the registry that may have the blob.</param>
    public async Task<TransferState> RunAsync(IEnumerable<string> elsewhere, CancellationToken cancellationToken)
    {
        if (await repository.HasBlobAsync(blob, cancellationToken)) return TransferState.Present;
        foreach (var from in elsewhere)
        {
            if (await MountAsync(from, cancellationToken)) return TransferState.Mounted;
        }

        if (blob.Size > options.ChunkSize) await new ChunkedUpload(repository, options, blob, open, progress).RunAsync(cancellationToken);
        else await repository.Http.Backoff.RunAsync(SendWholeAsync, cancellationToken);
        return TransferState.Moved;
    }

    private async Task<bool> MountAsync(string from, CancellationToken cancellationToken)
    {
        var path = repository.Path($"blobs/uploads/?mount={blob.Digest}&from={Uri.EscapeDataString(from)}");
        try
        {
            // Otherwise it has begun an upload (202), which it drops after a while; one begins anew where it is needed.
            using var response = await repository.Http.SendAsync(new RegistryRequest(HttpMethod.Post, path, Scopes.Mount(repository.Repository, from)), cancellationToken);
            return response.StatusCode == HttpStatusCode.Created;
        }
        catch (RegistryException e) when (e is not TransientException)
        {
            // Not allowed to read there: the blob is sent.
            return false;
        }
    }

    private async Task<bool> SendWholeAsync(CancellationToken cancellationToken)
    {
        var upload = await UploadSession.BeginAsync(repository, cancellationToken);
        var guard = new StallGuard(repository.Registry, options.StallLimit, options.Time);
        var request = new RegistryRequest(HttpMethod.Put, UploadSession.Closing(upload, blob.Digest), repository.ScopesNeeded)
        {
            Content = () => new UploadContent(open, 0, blob.Size, guard, progress),
        };
        using var response = await guard.RunAsync(token => repository.Http.SendOnceAsync(request, token), cancellationToken);
        await UploadSession.DemandTakenAsync(repository, response, blob.Digest, cancellationToken);
        return true;
    }
}

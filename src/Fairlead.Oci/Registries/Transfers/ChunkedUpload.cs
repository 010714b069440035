using System.Net;
using System.Net.Http.Headers;
using Fairlead.Oci.Images;
using Fairlead.Oci.Registries.Transport;

namespace Fairlead.Oci.Registries.Transfers;

/// <summary>
/// Sends a blob in pieces. After a failure the registry is asked how much has arrived and the upload goes on from there; it
/// begins anew only when the registry has forgotten it.
/// </summary>
internal sealed class ChunkedUpload(RemoteRepository repository, RegistryOptions options, Descriptor blob, Func<Stream> open, Action<long> progress)
{
    private Uri? _upload;
    private long _offset;
    private long _furthest;
    private bool _certain;

    public Task RunAsync(CancellationToken cancellationToken)
    {
        var before = 0L;
        return repository.Http.Backoff.RunAsync(SendAsync, Advanced, cancellationToken);

        bool Advanced()
        {
            var advanced = _furthest > before;
            before = _furthest;
            return advanced;
        }
    }

    private async Task<bool> SendAsync(CancellationToken cancellationToken)
    {
        if (_upload is not null && !_certain) await AskAsync(_upload, cancellationToken);
        if (_upload is null) (_upload, _offset) = (await UploadSession.BeginAsync(repository, cancellationToken), 0);
        while (_offset < blob.Size) await SendPieceAsync(_upload, cancellationToken);
        _certain = false;
        using var response = await repository.Http.SendOnceAsync(new RegistryRequest(HttpMethod.Put, UploadSession.Closing(_upload, blob.Digest), repository.ScopesNeeded), cancellationToken);
        await UploadSession.DemandTakenAsync(repository, response, blob.Digest, cancellationToken);
        return true;
    }

    private async Task AskAsync(Uri upload, CancellationToken cancellationToken)
    {
        var status = await UploadSession.StatusAsync(repository, upload, cancellationToken);
        (_upload, _offset) = status is { } known && known.Arrived <= blob.Size ? (known.Next, known.Arrived) : (null, 0);
        progress(_offset);
    }

    private async Task SendPieceAsync(Uri upload, CancellationToken cancellationToken)
    {
        var (from, length) = (_offset, Math.Min(options.ChunkSize, blob.Size - _offset));
        var guard = new StallGuard(repository.Registry, options.StallLimit, options.Time);
        var request = new RegistryRequest(HttpMethod.Patch, upload, repository.ScopesNeeded)
        {
            ExpectContinue = true,
            Content = () => UploadContent.Piece(open, from, length, guard, sent => progress(from + sent)),
        };
        _certain = false;
        using var response = await guard.RunAsync(token => repository.Http.SendOnceAsync(request, token), cancellationToken);
        if (response.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable or HttpStatusCode.NotFound)
        {
            if (response.StatusCode == HttpStatusCode.NotFound) _upload = null;
            throw new TransientException(RegistryProblems.UploadRefused(repository.Registry, blob.Digest, await Failures.ReasonOfAsync(response, cancellationToken)), retryAfter: null);
        }

        await UploadSession.DemandTakenAsync(repository, response, blob.Digest, cancellationToken);
        _upload = UploadSession.Next(response) ?? upload;
        _offset = UploadSession.Arrived(response) ?? (from + length);
        _certain = true;
        // A registry may take less than it was sent; none takes more.
        if (_offset <= from || _offset > from + length) throw new RegistryException(RegistryProblems.UnexpectedAnswer(repository.Registry, "PATCH upload", $"it says that {_offset} bytes have arrived"));
        _furthest = Math.Max(_furthest, _offset);
    }
}

using System.Net;
using Fairlead.Core.Identity;
using Fairlead.Oci.Registries.Transport;

namespace Fairlead.Oci.Registries.Transfers;

/// <summary>The requests around an upload: how it begins, where it stands, how it ends.</summary>
internal static class UploadSession
{
    /// <returns>Where the blob's bytes go.</returns>
    public static async Task<Uri> BeginAsync(RemoteRepository repository, CancellationToken cancellationToken)
    {
        using var response = await repository.Http.SendOnceAsync(new RegistryRequest(HttpMethod.Post, repository.Path("blobs/uploads/"), repository.ScopesNeeded), cancellationToken);
        await repository.DemandAsync(response, "POST upload", cancellationToken);
        return Next(response) ?? throw new RegistryException(RegistryProblems.UnexpectedAnswer(repository.Registry, "POST upload", "it does not say where to go on"));
    }

    /// <summary>Where the registry says to go on; null when it does not.</summary>
    public static Uri? Next(HttpResponseMessage response) =>
        response.Headers.Location is { } location && response.RequestMessage?.RequestUri is { } asked ? new Uri(asked, location) : null;

    /// <returns>How many bytes have arrived; null when the upload is not there any more, or cannot be gone on with.</returns>
    public static async Task<(Uri Next, long Arrived)?> StatusAsync(RemoteRepository repository, Uri upload, CancellationToken cancellationToken)
    {
        using var response = await repository.Http.SendOnceAsync(new RegistryRequest(HttpMethod.Get, upload, repository.ScopesNeeded), cancellationToken);
        if (!response.IsSuccessStatusCode) return null;
        // "0-0" is said of nothing and of one byte alike.
        return Arrived(response) is { } arrived and > 1 ? (Next(response) ?? upload, arrived) : null;
    }

    /// <summary>What an answer's Range header says has arrived. Not a valid header of HTTP: it has no unit.</summary>
    public static long? Arrived(HttpResponseMessage response)
    {
        var range = response.Headers.TryGetValues("Range", out var values) || response.Content.Headers.TryGetValues("Range", out values) ? values.First() : null;
        return range?.Split('-') is [_, var last] && long.TryParse(last, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var end) ? end + 1 : null;
    }

    /// <summary>The request's address that ends the upload, with the digest that it must have.</summary>
    public static Uri Closing(Uri upload, Digest digest) => new UriBuilder(upload) { Query = $"{upload.Query.TrimStart('?')}{(upload.Query.Length > 1 ? "&" : "")}digest={digest}" }.Uri;

    public static async Task DemandTakenAsync(RemoteRepository repository, HttpResponseMessage response, Digest digest, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode) return;
        var reason = await Failures.ReasonOfAsync(response, cancellationToken);
        // The upload is gone: it was too old, or another instance of the registry answers.
        if (response.StatusCode is HttpStatusCode.NotFound) throw new TransientException(RegistryProblems.UploadRefused(repository.Registry, digest, reason), retryAfter: null);
        throw new RegistryException(response.StatusCode == HttpStatusCode.Forbidden ? RegistryProblems.Denied(repository.Registry, reason) : RegistryProblems.UploadRefused(repository.Registry, digest, reason));
    }
}

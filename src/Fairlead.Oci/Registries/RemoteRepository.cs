using System.Net;
using Fairlead.Core.Identity;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Registries.Transport;

namespace Fairlead.Oci.Registries;

/// <summary>One repository of a registry: its manifests and blobs, one method a request (OCI distribution spec, "API").</summary>
/// <param name="writing">Whether tokens must also allow to push.</param>
internal sealed class RemoteRepository(RegistryHttp http, string registry, string repository, bool writing)
{
    private static readonly string[] ManifestTypes = [MediaTypes.Manifest, MediaTypes.Index, MediaTypes.DockerManifest, MediaTypes.DockerIndex];
    private readonly string _scopes = writing ? Scopes.Push(repository) : Scopes.Pull(repository);

    public string Registry => registry;

    public string Repository => repository;

    public RegistryHttp Http => http;

    public string ScopesNeeded => _scopes;

    public Uri Path(string path) => new($"v2/{repository}/{path}", UriKind.Relative);

    public async Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        using var response = await http.SendAsync(new RegistryRequest(HttpMethod.Head, Path($"blobs/{blob.Digest}"), _scopes), cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound) return false;
        await DemandAsync(response, $"HEAD blob {blob.Digest}", cancellationToken);
        // A registry that says another length has something else under that name.
        return response.Content.Headers.ContentLength is not { } length || length == blob.Size;
    }

    /// <summary>The digest that a tag has; null when there is no such tag.</summary>
    public async Task<Digest?> DigestOfTagAsync(string tag, CancellationToken cancellationToken)
    {
        using var response = await http.SendAsync(new RegistryRequest(HttpMethod.Head, Path($"manifests/{tag}"), _scopes) { Accept = ManifestTypes }, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        await DemandAsync(response, $"HEAD manifest {tag}", cancellationToken);
        if (response.Headers.TryGetValues("Docker-Content-Digest", out var values) && Digest.TryParse(values.FirstOrDefault(), out var digest)) return digest;
        return (await GetManifestAsync(tag, cancellationToken))?.Descriptor.Digest;
    }

    /// <summary>Null when there is none. A manifest that is asked for by its digest has it.</summary>
    /// <param name="tagOrDigest">A tag, or a digest.</param>
    public async Task<RemoteManifest?> GetManifestAsync(string tagOrDigest, CancellationToken cancellationToken)
    {
        var found = await GetDocumentAsync(Path($"manifests/{tagOrDigest}"), ManifestTypes, cancellationToken);
        if (found is not null && Digest.TryParse(tagOrDigest, out var expected) && expected != found.Descriptor.Digest) throw new RegistryException(RegistryProblems.Tampered(registry, expected, found.Descriptor.Digest));
        return found;
    }

    /// <summary>Null when there is none.</summary>
    public Task<RemoteManifest?> GetDocumentAsync(Uri path, IReadOnlyList<string> accept, CancellationToken cancellationToken) => http.Backoff.RunAsync(
        async attempt =>
        {
            using var response = await http.SendOnceAsync(new RegistryRequest(HttpMethod.Get, path, _scopes) { Accept = accept }, attempt);
            if (response.StatusCode == HttpStatusCode.NotFound) return null;
            await DemandAsync(response, $"GET {path}", attempt);
            var bytes = await ReadAsync(response, attempt);
            return new RemoteManifest(new Descriptor { MediaType = response.Content.Headers.ContentType?.MediaType ?? "", Digest = Digest.Of(bytes), Size = bytes.Length }, bytes);
        },
        cancellationToken);

    /// <returns>Whether the registry keeps lists of referrers itself: it says so of a manifest that has a subject.</returns>
    public async Task<bool> PutManifestAsync(string tagOrDigest, ReadOnlyMemory<byte> bytes, string mediaType, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Put, Path($"manifests/{tagOrDigest}"), _scopes)
        {
            Content = () => new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new(mediaType) } },
        };
        using var response = await http.SendAsync(request, cancellationToken);
        await DemandAsync(response, $"PUT manifest {tagOrDigest}", cancellationToken);
        return response.Headers.Contains("OCI-Subject");
    }

    /// <summary>A blob's bytes; from where they were asked for, or from the start when the registry cannot.</summary>
    public async Task<HttpResponseMessage> GetBlobAsync(Digest digest, long from, CancellationToken cancellationToken)
    {
        var response = await http.SendOnceAsync(new RegistryRequest(HttpMethod.Get, Path($"blobs/{digest}"), _scopes) { From = from }, cancellationToken);
        if (response.IsSuccessStatusCode || (from > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)) return response;
        using (response) await DemandAsync(response, $"GET blob {digest}", cancellationToken);
        throw new InvalidOperationException("Demanded.");
    }

    /// <exception cref="RegistryException">The answer is no success.</exception>
    public async Task DemandAsync(HttpResponseMessage response, string what, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode) return;
        var reason = await Failures.ReasonOfAsync(response, cancellationToken);
        throw new RegistryException(response.StatusCode == HttpStatusCode.Forbidden ? RegistryProblems.Denied(registry, reason) : RegistryProblems.UnexpectedAnswer(registry, what, reason));
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[1 << 14];
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                bytes.Write(buffer, 0, read);
                if (bytes.Length > BlobReader.LargestDocument) throw new RegistryException(RegistryProblems.UnexpectedAnswer(registry, "GET manifest", "it is larger than any manifest"));
            }
        }
        catch (IOException e)
        {
            throw new TransientException(RegistryProblems.Unavailable(registry, e.Message), retryAfter: null);
        }

        return bytes.ToArray();
    }
}

/// <summary>A manifest or index as a registry has it.</summary>
internal sealed record RemoteManifest(Descriptor Descriptor, byte[] Bytes);

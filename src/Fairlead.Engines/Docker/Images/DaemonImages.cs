using System.Text.Json;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Engines.Docker.Api;

namespace Fairlead.Engines.Docker.Images;

/// <summary>The daemon's images: those of the local store are loaded into it once, others it pulls by digest.</summary>
internal sealed class DaemonImages(DockerClient client, IImageSource store) : IDisposable
{
    private const int Kept = 3;

    // Two replicas of a new revision would otherwise send the same archive twice.
    private readonly SemaphoreSlim _loading = new(1, 1);

    /// <summary>The image that a workload runs, in the daemon.</summary>
    public async Task<Result<DaemonImage>> EnsureAsync(Workload workload, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            return workload is Workload.Image image
                ? await EnsureAsync(ImageReferenceParts.Of(image.Reference), cancellationToken)
                : await EnsureAsync(((Workload.Model)workload).Content, cancellationToken);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>The reference with the digest of what it means now, so that every replica of a revision runs the same.</summary>
    public async Task<Result<string>> PinAsync(string reference, CancellationToken cancellationToken)
    {
        var parts = ImageReferenceParts.Of(reference);
        if (parts.Digest is not null) return reference;
        var stored = store.Find(reference);
        if (!stored.TryGet(out var image)) return Result.Fail<string>(stored.Problems);
        if (image is not null) return (parts with { Digest = image.Manifest }).ToString();
        if (await FindAsync(parts.WithTag, cancellationToken) is not { } found)
        {
            if (await PullAsync(parts.Repository, parts.Tag ?? "latest", cancellationToken) is { } problem) return problem;
            found = await FindAsync(parts.WithTag, cancellationToken);
        }

        return found is null ? DockerProblems.ImageNotFound(reference, "the pull left no image") : (parts with { Digest = DigestOf(found) }).ToString();
    }

    public void Dispose() => _loading.Dispose();

    private async Task<Result<DaemonImage>> EnsureAsync(Digest manifest, CancellationToken cancellationToken)
    {
        var found = store.Find(manifest);
        if (!found.TryGet(out var image)) return Result.Fail<DaemonImage>(found.Problems);
        if (image is not null) return await EnsureAsync(image, cancellationToken);

        // A version that was built again has another image by now; what the older revision runs is in the daemon still.
        return await FindLoadedAsync(manifest, cancellationToken) is { } loaded ? loaded : DockerProblems.ImageNotInStore(manifest);
    }

    private async Task<DaemonImage?> FindLoadedAsync(Digest manifest, CancellationToken cancellationToken)
    {
        var filters = Filters.Of(("reference", ImageTag.PatternOf(manifest)));
        var listed = await client.GetAsync($"images/json?filters={filters}", DockerJson.Default.IReadOnlyListImageListItem, cancellationToken);
        if (listed is not [var image, ..] || await FindAsync(image.Id, cancellationToken) is not { } there) return null;
        return new DaemonImage(there.Id, $"{image.RepoTags?[0].Split(':')[0]}@{manifest}", there.Config?.User);
    }

    private async Task<Result<DaemonImage>> EnsureAsync(ImageReferenceParts parts, CancellationToken cancellationToken)
    {
        if (parts.Digest is { } digest)
        {
            var found = store.Find(digest);
            if (!found.TryGet(out var stored)) return Result.Fail<DaemonImage>(found.Problems);
            if (stored is not null) return await EnsureAsync(stored, cancellationToken);
            if (await FindLoadedAsync(digest, cancellationToken) is { } loaded) return loaded;

            // An image that no registry knows has only its id, which the pin is then.
            var there = await FindAsync($"{parts.Repository}@{digest}", cancellationToken) ?? await FindAsync(digest.Value, cancellationToken);
            if (there is null && await PullAsync(parts.Repository, digest.Value, cancellationToken) is { } problem) return problem;
            there ??= await FindAsync($"{parts.Repository}@{digest}", cancellationToken);
            return there is null ? DockerProblems.ImageNotFound(parts.ToString(), "the pull left no image") : new DaemonImage(there.Id, parts.ToString(), there.Config?.User);
        }

        var pinned = await PinAsync(parts.ToString(), cancellationToken);
        return pinned.TryGet(out var exact) ? await EnsureAsync(ImageReferenceParts.Of(exact), cancellationToken) : Result.Fail<DaemonImage>(pinned.Problems);
    }

    private async Task<Result<DaemonImage>> EnsureAsync(SourceImage image, CancellationToken cancellationToken)
    {
        var tag = ImageTag.Of(image);
        var there = await FindAsync(tag, cancellationToken);
        if (there is null || !IsThe(image, there))
        {
            var loaded = await LoadAsync(image, tag, cancellationToken);
            if (!loaded.IsOk) return Result.Fail<DaemonImage>(loaded.Problems);
            there = await FindAsync(tag, cancellationToken);
            if (there is null) return DockerProblems.LoadFailed(image.Name, "the daemon has no image of that name afterwards");
            await RemoveOldAsync(ImageTag.RepositoryOf(image), tag, cancellationToken);
        }

        return new DaemonImage(there.Id, $"{image.Name}@{image.Manifest}", there.Config?.User);
    }

    // Classic stores name an image by its configuration, containerd's by its manifest; the tag could have been moved by hand.
    private static bool IsThe(SourceImage image, ImageAnswer there) =>
        Bare(there.Id) == image.Config.Hex || Bare(there.Id) == image.Manifest.Hex || there.RepoDigests?.Any(d => d.EndsWith(image.Manifest.Value, StringComparison.Ordinal)) == true;

    private static string Bare(string id) => id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static Digest DigestOf(ImageAnswer image)
    {
        var known = image.RepoDigests?.Select(d => d[(d.IndexOf('@', StringComparison.Ordinal) + 1)..]).FirstOrDefault();
        return Digest.Parse(known ?? $"sha256:{Bare(image.Id)}");
    }

    private async Task<Result<Done>> LoadAsync(SourceImage image, string tag, CancellationToken cancellationToken)
    {
        using var archive = new ArchiveContent(store, image, tag);
        try
        {
            await using var answer = await client.OpenAsync(HttpMethod.Post, "images/load?quiet=1", archive, cancellationToken);
            return await ErrorOfAsync(answer, cancellationToken) is { } error ? DockerProblems.LoadFailed(image.Name, error) : Result.Done;
        }
        catch (DockerException) when (archive.Problems.Count > 0)
        {
            return Result.Fail<Done>(archive.Problems);
        }
    }

    private async Task<Problem?> PullAsync(string repository, string tagOrDigest, CancellationToken cancellationToken)
    {
        var reference = tagOrDigest.Contains(':', StringComparison.Ordinal) ? $"{repository}@{tagOrDigest}" : $"{repository}:{tagOrDigest}";
        try
        {
            await using var answer = await client.OpenAsync(HttpMethod.Post, $"images/create?fromImage={Uri.EscapeDataString(repository)}&tag={Uri.EscapeDataString(tagOrDigest)}", null, cancellationToken);
            return await ErrorOfAsync(answer, cancellationToken) is { } error ? DockerProblems.ImageNotFound(reference, error) : null;
        }
        catch (DockerException e) when (!e.IsUnreachable)
        {
            return DockerProblems.ImageNotFound(reference, e.Message);
        }
    }

    /// <summary>A load or pull that fails in the middle says so in its progress, with status 200.</summary>
    private static async Task<string?> ErrorOfAsync(Stream answer, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(answer);
        string? error = null;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith('{')) error ??= JsonSerializer.Deserialize(line, DockerSnakeJson.Default.ProgressLine)?.Error;
        }

        return error;
    }

    private async Task<ImageAnswer?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetAsync($"images/{name}/json", DockerJson.Default.ImageAnswer, cancellationToken);
        }
        catch (DockerException e) when (!e.IsUnreachable)
        {
            return null;
        }
    }

    /// <summary>Keeps the newest, which rollbacks ask for; all can be loaded again. The daemon itself keeps those that a container uses.</summary>
    private async Task RemoveOldAsync(string repository, string current, CancellationToken cancellationToken)
    {
        var filters = Filters.Of(("reference", $"{repository}:*"));
        var tags = (await client.GetAsync($"images/json?filters={filters}", DockerJson.Default.IReadOnlyListImageListItem, cancellationToken)).SelectMany(i => i.RepoTags ?? []).Where(t => t != current && t.StartsWith(repository + ":", StringComparison.Ordinal)).Distinct();
        var old = new List<(string Tag, DateTimeOffset At)>();
        foreach (var tag in tags) old.Add((tag, (await FindAsync(tag, cancellationToken))?.Metadata?.LastTagTime ?? default));
        foreach (var (tag, _) in old.OrderByDescending(o => o.At).Skip(Kept - 1))
        {
            try
            {
                await client.SendAsync(HttpMethod.Delete, $"images/{tag}", cancellationToken);
            }
            catch (DockerException e) when (!e.IsUnreachable)
            {
                // A container uses it.
            }
        }
    }
}

/// <param name="Id">What a container is made from.</param>
/// <param name="Name">For people.</param>
/// <param name="User">As its configuration says.</param>
internal sealed record DaemonImage(string Id, string Name, string? User);

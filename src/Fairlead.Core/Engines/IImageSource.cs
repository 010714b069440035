using Fairlead.Core.Identity;
using Fairlead.Core.Results;

namespace Fairlead.Core.Engines;

/// <summary>Where an engine that runs images gets those of this machine's own store from.</summary>
public interface IImageSource
{
    /// <summary>The image whose manifest has this digest; null when the store has none.</summary>
    Result<SourceImage?> Find(Digest manifest);

    /// <summary>The image that a reference means here; null when the store has none.</summary>
    Result<SourceImage?> Find(string reference);

    /// <summary>Writes the image as <c>docker save</c> does, named <paramref name="name"/>, from start to end.</summary>
    Task<Result<Done>> WriteDockerArchiveAsync(SourceImage image, string name, Stream output, CancellationToken cancellationToken);
}

/// <param name="Name"><c>name:version</c> in the store.</param>
/// <param name="Config">Digest of its configuration, which classic Docker names the image by.</param>
public sealed record SourceImage(string Name, Digest Manifest, Digest Config);

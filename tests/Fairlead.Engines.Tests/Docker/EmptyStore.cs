using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;

namespace Fairlead.Engines.Tests.Docker;

/// <summary>A local store without images: the daemon has all that the tests run.</summary>
internal sealed class EmptyStore : IImageSource
{
    public Result<SourceImage?> Find(Digest manifest) => Result.Ok<SourceImage?>(null);

    public Result<SourceImage?> Find(string reference) => Result.Ok<SourceImage?>(null);

    public Task<Result<Done>> WriteDockerArchiveAsync(SourceImage image, string name, Stream output, CancellationToken cancellationToken) => throw new NotSupportedException();
}

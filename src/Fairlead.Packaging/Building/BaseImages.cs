using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Fairlead.Oci.Layouts;

namespace Fairlead.Packaging.Building;

/// <summary>Gets the image that <c>image.base</c> names.</summary>
internal sealed class BaseImages(OciStore store)
{
    public Task<Result<BaseChoice>> FindAsync(BuildOrder order, StoreSession session, string root, CancellationToken cancellationToken)
    {
        _ = (store, session, root, cancellationToken);
        return Task.FromResult(order.Manifest.Image.Base == ImageSpec.Auto ? Result.Ok(new BaseChoice(null)) : BuildProblems.NotAModel("base"));
    }
}

/// <param name="Image">Null when the image starts from nothing.</param>
internal sealed record BaseChoice(BaseImage? Image);

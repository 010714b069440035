using Fairlead.Core.Identity;

namespace Fairlead.Core.Engines;

/// <summary>What a replica runs.</summary>
public abstract record Workload
{
    private Workload()
    {
    }

    /// <summary>The model server on a packed model.</summary>
    /// <param name="Content">The packed folder; for an engine that runs images, the manifest of the model's image.</param>
    public sealed record Model(Digest Content) : Workload;

    /// <summary>A program of the user's in a packed folder; it is told its port in <c>PORT</c>.</summary>
    public sealed record Command(Digest Content, IReadOnlyList<string> Arguments) : Workload;

    /// <summary>Any container image.</summary>
    /// <param name="User">A number, or <c>root</c>; null is the image's own user, which may not be root.</param>
    /// <param name="Content">The packed folder with the manifest's <c>files</c>; null when there are none.</param>
    public sealed record Image(string Reference, int Port, string? User = null, Digest? Content = null) : Workload;
}

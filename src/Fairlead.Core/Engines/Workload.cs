using Fairlead.Core.Identity;

namespace Fairlead.Core.Engines;

/// <summary>What a replica runs.</summary>
public abstract record Workload
{
    private Workload()
    {
    }

    /// <summary>The model server on a packed model folder.</summary>
    public sealed record Model(Digest Content) : Workload;

    /// <summary>A program of the user's in a packed folder; it is told its port in <c>PORT</c>.</summary>
    public sealed record Command(Digest Content, IReadOnlyList<string> Arguments) : Workload;

    /// <summary>Any container image.</summary>
    public sealed record Image(string Reference, int Port) : Workload;
}

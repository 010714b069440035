using Fairlead.Core.Results;

namespace Fairlead.ModelServer.Loading;

/// <summary>Where the model stands; published whole and read without a lock.</summary>
internal abstract record ModelState
{
    private ModelState()
    {
    }

    /// <param name="Name">Null until the descriptor is read.</param>
    public sealed record Loading(string? Name, string? Version, string Step) : ModelState;

    public sealed record Ready(ServedModel Model) : ModelState;

    /// <summary>The model cannot be served, and trying again would give the same.</summary>
    public sealed record Refused(string? Name, string? Version, Problem Problem) : ModelState;
}

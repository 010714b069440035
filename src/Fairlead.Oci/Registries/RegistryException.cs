using Fairlead.Core.Results;

namespace Fairlead.Oci.Registries;

/// <summary>
/// A registry did not do what was asked. Only between the pieces of this folder, which are many calls deep: becomes a
/// <see cref="Result{T}"/> where they are entered.
/// </summary>
internal class RegistryException(Problem problem) : Exception(problem.ToString())
{
    public Problem Problem { get; } = problem;
}

/// <summary>What may go well when it is tried again.</summary>
/// <param name="retryAfter">What the registry asks to wait; null when it says nothing.</param>
internal sealed class TransientException(Problem problem, TimeSpan? retryAfter) : RegistryException(problem)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

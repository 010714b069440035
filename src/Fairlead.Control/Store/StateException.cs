using Fairlead.Core.Results;

namespace Fairlead.Control.Store;

/// <summary>The state could not be written (or read); the transaction was rolled back and nothing of it is to be seen.</summary>
public sealed class StateException(Problem problem, Exception inner) : IOException(problem.ToString(), inner)
{
    public Problem Problem { get; } = problem;
}

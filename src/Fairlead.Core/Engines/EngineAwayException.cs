using Fairlead.Core.Results;

namespace Fairlead.Core.Engines;

/// <summary>An engine cannot be asked what it runs: its daemon is not there, for example.</summary>
public sealed class EngineAwayException(Problem problem) : Exception(problem.Message)
{
    public Problem Problem => problem;
}

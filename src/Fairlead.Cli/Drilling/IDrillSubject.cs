using Fairlead.Api.Wire;
using Fairlead.Core.Results;

namespace Fairlead.Cli.Drilling;

/// <summary>The deployment that is drilled, and the processes that serve it.</summary>
internal interface IDrillSubject
{
    string Name { get; }

    string Engine { get; }

    int Desired { get; }

    /// <summary>Null while nobody can say.</summary>
    Task<DeploymentStatus?> StatusAsync(CancellationToken cancellationToken);

    Task<Result<ControllerInfo>> InfoAsync(CancellationToken cancellationToken);

    /// <summary>Revision by revision; the first is current.</summary>
    Task<Result<IReadOnlyList<RevisionSummary>>> RevisionsAsync(CancellationToken cancellationToken);

    Task<Result<Done>> FaultAsync(string replica, string fault, CancellationToken cancellationToken);

    /// <summary>Deploys a revision's manifest as it is, or with one variable more.</summary>
    Task<Result<DeployAccepted>> DeployAsync(RevisionSummary revision, string? variable, CancellationToken cancellationToken);

    Task<Result<Done>> RestartControllerAsync(CancellationToken cancellationToken);

    /// <returns>False when there is no such process to kill.</returns>
    bool Kill(int pid);
}

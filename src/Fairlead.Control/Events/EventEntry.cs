using Fairlead.Core.Identity;

namespace Fairlead.Control.Events;

public enum Severity
{
    Information,
    Warning,
    Error,
}

/// <summary>Something that happened, as it is kept.</summary>
/// <param name="Sequence">Grows with every event; 0 until it is stored.</param>
/// <param name="Kind">One of <see cref="EventKind"/>.</param>
public sealed record EventEntry(long Sequence, DateTimeOffset Time, string? Deployment, string? Replica, Severity Severity, string Kind, string Message)
{
    public static EventEntry Of(DateTimeOffset time, string kind, string message, DeploymentName? deployment = null, ReplicaId? replica = null, Severity severity = Severity.Information) =>
        new(0, time, deployment?.Value, replica?.Value, severity, kind, message);
}

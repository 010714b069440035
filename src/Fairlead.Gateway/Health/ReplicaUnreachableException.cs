namespace Fairlead.Gateway.Health;

/// <summary>No connection came about, so nothing was sent.</summary>
internal sealed class ReplicaUnreachableException(string message, bool refused, Exception inner) : IOException(message, inner)
{
    /// <summary>Told by the other side at once, rather than no answer in time.</summary>
    public bool Refused { get; } = refused;

    public static ReplicaUnreachableException? In(Exception? exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is ReplicaUnreachableException found) return found;
        }

        return null;
    }
}

using Fairlead.Gateway.Replicas;

namespace Fairlead.Gateway.Forwarding;

/// <summary>A client's body on its way to replicas.</summary>
internal abstract class RequestBody : IDisposable
{
    /// <summary>It can be sent from its start, again if it was before.</summary>
    public abstract bool CanReplay { get; }

    /// <summary>All of it is in <see cref="Held"/>.</summary>
    public abstract bool IsHeld { get; }

    /// <summary>Stays where it is until the exchange has ended.</summary>
    public abstract ReadOnlyMemory<byte> Held { get; }

    /// <summary>Null when there is none, -1 when nobody knows yet.</summary>
    public abstract long? Length { get; }

    /// <summary>What went wrong on the client's side of the body; null when nothing did.</summary>
    public virtual Exception? ClientFault => null;

    /// <summary>Reads small bodies whole before a replica is asked, so that a slow client holds no replica up.</summary>
    /// <returns>False when the client broke it off or a rule, or the exchange was interrupted.</returns>
    public abstract ValueTask<bool> HoldAsync(Interruption stop);

    /// <summary>Sends all of it, as it comes.</summary>
    /// <returns>Whether the replica has got all of it.</returns>
    public abstract ValueTask<bool> StreamAsync(ReplicaConnection replica, Interruption stop);

    public abstract void Dispose();
}

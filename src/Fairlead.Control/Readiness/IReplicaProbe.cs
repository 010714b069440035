using System.Net;

namespace Fairlead.Control.Readiness;

/// <summary>Asks a replica whether it is ready. A network edge.</summary>
public interface IReplicaProbe
{
    /// <param name="path">What must answer 200; null when an open port is all that can be asked for.</param>
    Task<ProbeAnswer> AskAsync(IPEndPoint address, string? path, CancellationToken cancellationToken);
}

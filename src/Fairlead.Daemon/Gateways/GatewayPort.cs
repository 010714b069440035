using System.Net;
using System.Net.Sockets;
using Fairlead.Core.Results;

namespace Fairlead.Daemon.Gateways;

/// <summary>
/// Asked once, before a controller takes up its work: a gateway that can never listen would otherwise be started again and
/// again while the command that waits for a deployment learns nothing. Later the port may be lost and found; then it is retried.
/// </summary>
internal static class GatewayPort
{
    /// <summary>Null when the address is free, or cannot be judged here: the gateway then says it better.</summary>
    public static Problem? Check(string address)
    {
        var text = address.Replace("localhost", "127.0.0.1", StringComparison.Ordinal).Replace("*", "0.0.0.0", StringComparison.Ordinal);
        if (!IPEndPoint.TryParse(text, out var endpoint) || endpoint.Port == 0) return null;
        try
        {
            using var listener = new TcpListener(endpoint);
            listener.Start();
            return null;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return DaemonProblems.GatewayPortTaken(endpoint);
        }
        catch (SocketException)
        {
            return null;
        }
    }
}

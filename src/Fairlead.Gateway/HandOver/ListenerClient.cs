using System.Net.Sockets;

namespace Fairlead.Gateway.HandOver;

/// <summary>Gets a running gateway's listening socket.</summary>
public static class ListenerClient
{
    /// <summary>A gateway that lives answers at once; one that is frozen must not hold its controller up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <param name="path"><see cref="Core.Homes.FairleadHome.GatewayListenerOf"/>.</param>
    /// <returns>Null when it does not give it.</returns>
    public static ListeningSocket? Ask(string path)
    {
        using var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            connection.Connect(new UnixDomainSocketEndPoint(path));
            if (!connection.Poll(Patience, SelectMode.SelectRead)) return null;
            return DescriptorMessage.Receive(connection) is { } descriptor ? ListeningSocket.Adopt(descriptor) : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}

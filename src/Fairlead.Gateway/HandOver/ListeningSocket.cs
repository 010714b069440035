using System.Net;
using System.Net.Sockets;
using Fairlead.Core.Results;

namespace Fairlead.Gateway.HandOver;

/// <summary>
/// The socket that clients connect to. It belongs to no gateway: the controller holds it too, so that while no gateway
/// accepts, connections wait in its backlog instead of being refused.
/// </summary>
public sealed class ListeningSocket : IDisposable
{
    /// <summary>Connections that may wait; the kernel takes net.core.somaxconn when that is less.</summary>
    private const int Backlog = 4096;

    private ListeningSocket(Socket socket) => Socket = socket;

    public IPEndPoint Address => (IPEndPoint)Socket.LocalEndPoint!;

    internal Socket Socket { get; }

    /// <summary>To be inherited by a process or sent to one.</summary>
    public SafeSocketHandle Handle => Socket.SafeHandle;

    public static Result<ListeningSocket> Open(string address)
    {
        if (!GatewayOptions.TryReadAddress(address, out var endPoint)) return GatewayProblems.AddressInvalid(address);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(endPoint);
            socket.Listen(Backlog);
            return new ListeningSocket(socket);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            return failure.SocketErrorCode == SocketError.AddressAlreadyInUse ? GatewayProblems.AddressInUse(address) : GatewayProblems.AddressRefused(address, failure.Message);
        }
    }

    /// <summary>A socket that another process opened: inherited, or received from it. Owned from here on.</summary>
    /// <returns>Null when the descriptor is no listening socket of ours to use.</returns>
    public static ListeningSocket? Adopt(int descriptor)
    {
        var handle = new SafeSocketHandle(descriptor, ownsHandle: true);
        try
        {
            var socket = new Socket(handle);
            if (socket.LocalEndPoint is IPEndPoint && (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection)! != 0) return new ListeningSocket(socket);
            socket.Dispose();
        }
        catch (SocketException)
        {
            handle.Dispose();
        }

        return null;
    }

    /// <summary>Whether it is where <paramref name="address"/> says; port 0 is any.</summary>
    public bool IsAt(string address) =>
        GatewayOptions.TryReadAddress(address, out var wanted) && wanted.Address.Equals(Address.Address) && wanted.Port is var port && (port == 0 || port == Address.Port);

    public void Dispose() => Socket.Dispose();
}

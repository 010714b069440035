using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Fairlead.Sockets;

/// <summary>Accepts connections on one address and spreads them over the loops.</summary>
internal sealed class PollingListener : IConnectionListener
{
    private const int Backlog = 512;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly PollingTransport _transport;
    private readonly Socket _listening;

    private PollingListener(Socket bound, PollingTransport transport)
    {
        (_listening, _transport) = (bound, transport);
        _listening.Listen(Backlog);
        EndPoint = _listening.LocalEndPoint!;
    }

    public EndPoint EndPoint { get; }

    /// <exception cref="AddressInUseException">Another program listens there.</exception>
    public static PollingListener Bind(IPEndPoint address, PollingTransport transport)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(address);
            return new PollingListener(socket, transport);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            if (e.SocketErrorCode == SocketError.AddressAlreadyInUse) throw new AddressInUseException(e.Message, e);
            throw;
        }
    }

    /// <summary>Null once unbound.</summary>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                var socket = await _listening.AcceptAsync(cancellationToken);
                socket.NoDelay = true;
                return _transport.Connect(socket);
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException)
            {
                // The peer went away before it was accepted, or the process has no descriptor left: then trying at once would only take the processor.
                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _listening.Dispose();
        return default;
    }

    public ValueTask DisposeAsync() => UnbindAsync(CancellationToken.None);
}

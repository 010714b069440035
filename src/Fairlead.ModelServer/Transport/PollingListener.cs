using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Fairlead.ModelServer.Transport;

/// <summary>Accepts connections on one address and spreads them over the loops.</summary>
internal sealed class PollingListener : IConnectionListener
{
    private const int Backlog = 512;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly PollingTransport _transport;
    private readonly Socket _listening;

    public PollingListener(IPEndPoint address, PollingTransport transport)
    {
        _transport = transport;
        _listening = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (address.Address.Equals(IPAddress.IPv6Any)) _listening.DualMode = true;
        try
        {
            _listening.Bind(address);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            _listening.Dispose();
            throw new AddressInUseException(e.Message, e);
        }

        _listening.Listen(Backlog);
        EndPoint = _listening.LocalEndPoint!;
    }

    public EndPoint EndPoint { get; }

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

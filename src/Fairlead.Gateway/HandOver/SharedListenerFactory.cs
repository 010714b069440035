using System.Net;
using System.Net.Sockets;
using Fairlead.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Fairlead.Gateway.HandOver;

/// <summary>
/// Accepts on a socket that other processes hold too. Kestrel's own listener ends by closing its socket, and .NET shuts a socket
/// down whose accept is under way: that would end the listening for every process. This one only stops asking.
/// </summary>
internal sealed class SharedListenerFactory(ListeningSocket socket, PollingTransport transport) : IConnectionListenerFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(new SharedListener(socket, transport));

    private sealed class SharedListener(ListeningSocket socket, PollingTransport transport) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint => socket.Address;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                try
                {
                    var accepted = await socket.Socket.AcceptAsync(_unbound.Token);
                    accepted.NoDelay = true;
                    return transport.Connect(accepted);
                }
                catch (OperationCanceledException)
                {
                    return null;
                }
                catch (SocketException) when (!_unbound.IsCancellationRequested)
                {
                    // The client left before it was accepted, or descriptors are used up for now.
                }
            }
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => new(_unbound.CancelAsync());

        // Kestrel unbinds a second time when it is disposed, so the source stays; it holds nothing but memory. The socket is the gateway's.
        public ValueTask DisposeAsync() => new(_unbound.CancelAsync());
    }
}

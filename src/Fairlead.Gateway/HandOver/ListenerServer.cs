using System.Net.Sockets;

namespace Fairlead.Gateway.HandOver;

/// <summary>Gives the listening socket to whoever connects: a controller that takes over from one that was killed. Who may connect is decided by the run folder's mode.</summary>
internal sealed class ListenerServer(ListeningSocket listening) : IAsyncDisposable
{
    private readonly Socket _server = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <exception cref="SocketException">The path cannot be bound.</exception>
    public void Start(string path)
    {
        _server.Bind(new UnixDomainSocketEndPoint(path));
        _server.Listen();
        _running = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _server.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _server.AcceptAsync(_stop.Token);
                DescriptorMessage.Send(client, listening.Handle);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // That client left; the next is served.
            }
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace Fairlead.Bench.Gateway;

/// <summary>Connections that send one byte of a request's header each second, and come again when they are closed; until it is disposed.</summary>
internal sealed class Drip : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _end = new();
    private readonly IPEndPoint _server;
    private readonly Task _all;
    private int _open;
    private int _closed;

    private Drip(IPEndPoint server, int connections)
    {
        _server = server;
        _all = Task.WhenAll(Enumerable.Range(0, connections).Select(DripAsync));
    }

    /// <summary>How often the server has closed one.</summary>
    public int Closed => Volatile.Read(ref _closed);

    /// <summary>Returns when all of them are connected.</summary>
    public static async Task<Drip> StartAsync(Uri url, int connections)
    {
        var drip = new Drip(new IPEndPoint(IPAddress.Loopback, url.Port), connections);
        while (Volatile.Read(ref drip._open) < connections) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, drip._end.Token);
        return drip;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _all;
        _end.Dispose();
    }

    private async Task DripAsync(int number)
    {
        // Spread over the second.
        var first = Every * (number % 1000 / 1000.0);
        while (!_end.IsCancellationRequested)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(_server, _end.Token);
                Interlocked.Increment(ref _open);
                await socket.SendAsync("POST /v2/models/echo/infer HTTP/1.1\r\nHost: h\r\nX-Long: "u8.ToArray(), _end.Token);
                await Task.Delay(first, TimeProvider.System, _end.Token);
                var ended = EndAsync(socket);
                while (!ended.IsCompleted)
                {
                    await socket.SendAsync("x"u8.ToArray(), _end.Token);
                    await Task.WhenAny(ended, Task.Delay(Every, TimeProvider.System, _end.Token));
                }

                if (await ended) Interlocked.Increment(ref _closed);
            }
            catch (SocketException)
            {
                Interlocked.Increment(ref _closed);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>True when the server has ended it.</summary>
    private async Task<bool> EndAsync(Socket socket)
    {
        var buffer = new byte[1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, _end.Token) > 0)
            {
                // What it says on the way out.
            }

            return true;
        }
        catch (SocketException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

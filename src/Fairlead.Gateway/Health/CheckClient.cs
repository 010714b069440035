using System.Net;
using System.Net.Sockets;

namespace Fairlead.Gateway.Health;

/// <summary>Asks replicas over a connection of its own each time, so that it shows whether they accept; nothing is done on its own: no redirect, cookie, unpacking, proxy, tracing.</summary>
internal sealed class CheckClient : IDisposable
{
    private readonly TimeSpan _connectTimeout;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _invoker;

    public CheckClient(TimeSpan connectTimeout, TimeProvider time)
    {
        (_connectTimeout, _time) = (connectTimeout, time);
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = ConnectAsync,
        });
    }

    /// <summary>Returns at the end of the answer's headers.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker.SendAsync(request, cancellationToken);

    /// <exception cref="ReplicaUnreachableException">Nobody accepted in time.</exception>
    public async Task<Stream> ConnectAsync(DnsEndPoint host, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var deadline = new CancellationTokenSource(_connectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            EndPoint endPoint = IPAddress.TryParse(host.Host, out var ip) ? new IPEndPoint(ip, host.Port) : host;
            await socket.ConnectAsync(endPoint, either.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new ReplicaUnreachableException($"{host.Host}:{host.Port}: {e.Message}", refused: true, e);
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new ReplicaUnreachableException($"{host.Host}:{host.Port}: no connection within {_connectTimeout.TotalSeconds} s", refused: false, e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _invoker.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        await ConnectAsync(context.DnsEndPoint, cancellationToken);
}

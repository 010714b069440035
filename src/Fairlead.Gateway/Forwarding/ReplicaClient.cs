using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fairlead.Gateway.Forwarding;

/// <summary>HTTP/1.1 to replicas over pooled connections, and nothing done on its own: no redirect, cookie, unpacking, proxy, tracing or retry.</summary>
internal sealed class ReplicaClient : IDisposable
{
    private readonly TimeSpan _connectTimeout;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _invoker;

    /// <param name="pooled">False: each request has a connection of its own, so that it shows whether the replica accepts.</param>
    public ReplicaClient(TimeSpan connectTimeout, bool pooled, TimeProvider time)
    {
        (_connectTimeout, _time) = (connectTimeout, time);
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = pooled ? Timeout.InfiniteTimeSpan : TimeSpan.Zero,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
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
            return new ReplicaStream(socket);
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

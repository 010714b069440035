using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Fairlead.Sockets;

/// <summary>
/// Accepts on the loops themselves, on a socket that other processes may hold too: each connection goes to the loop that has
/// fewest, begins as a <see cref="DirectConnection"/>, and comes to the server only when that hands it over. It never closes the
/// socket: .NET shuts one down whose accept is under way, and that would end the listening for every process.
/// </summary>
/// <param name="listening">Not owned.</param>
/// <param name="mostConnections">More are closed at once.</param>
/// <param name="idleTime">How long a connection may lie idle.</param>
internal sealed class LoopListener(Socket listening, PollingTransport transport, int mostConnections, TimeSpan idleTime, Func<LoopListener, PollLoop, int, DirectConnection> make) : IConnectionListener
{
    private readonly Channel<ConnectionContext> _handed = Channel.CreateUnbounded<ConnectionContext>();
    private readonly List<LoopAcceptor> _acceptors = [];
    private readonly int[] _open = new int[transport.Loops.Count];
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _closed;
    private int _all;

    public TimeSpan IdleTime { get; } = idleTime;

    public EndPoint EndPoint => listening.LocalEndPoint!;

    public void Start()
    {
        listening.Blocking = false;
        foreach (var loop in transport.Loops) _acceptors.Add(new LoopAcceptor(this, loop, (int)listening.Handle));
        foreach (var acceptor in _acceptors) acceptor.Start();
    }

    /// <summary>Accepts no more. What was accepted goes on.</summary>
    public async Task CloseAsync()
    {
        if (_closed) return;
        foreach (var acceptor in _acceptors) await acceptor.StopAsync();
        _closed = true;
        if (Volatile.Read(ref _all) == 0) _empty.TrySetResult();
    }

    /// <summary>Once it is closed: until the last connection has ended, the server's too.</summary>
    public Task EmptyAsync(CancellationToken cancellationToken) => _empty.Task.WaitAsync(cancellationToken);

    /// <summary>Ends the connections that are not the server's, each with its answer, and cuts what is left when the token is cancelled.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        OnEach(static connection => connection.End());
        try
        {
            await EmptyAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            OnEach(static connection => connection.Cut());
        }
    }

    /// <summary>The next connection that was handed over; null once unbound.</summary>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _handed.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_handed.Reader.TryRead(out var connection)) return connection;
        }

        return null;
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await CloseAsync();
        _handed.Writer.TryComplete();
    }

    public ValueTask DisposeAsync() => UnbindAsync(CancellationToken.None);

    internal void Accepted(PollLoop on, int descriptor)
    {
        var open = Interlocked.Increment(ref _all);
        var loop = Least(on);
        Interlocked.Increment(ref _open[loop.Number]);
        if (open > mostConnections)
        {
            _ = Epoll.Close(descriptor);
            Left(loop);
            return;
        }

        make(this, loop, descriptor).Start();
    }

    internal void Left(PollLoop loop)
    {
        Interlocked.Decrement(ref _open[loop.Number]);
        if (Interlocked.Decrement(ref _all) == 0 && _closed) _empty.TrySetResult();
    }

    /// <summary>On the loop's thread.</summary>
    internal void HandOver(DirectConnection from, ReadOnlySpan<byte> received)
    {
        var (loop, socket) = (from.Loop, new SafeSocketHandle(from.Descriptor, ownsHandle: true));
        try
        {
            var connection = new PolledConnection(new Socket(socket), loop, transport.NextId()) { Ended = () => Left(loop) };
            connection.Continue(from, received);
            if (!_handed.Writer.TryWrite(connection)) _ = connection.DisposeAsync().AsTask();
        }
        catch (SocketException)
        {
            // The peer has reset it.
            loop.Remove(from);
            socket.Dispose();
            Left(loop);
        }
    }

    // The one that accepted keeps it when it has no more than others: its processor has touched it.
    private PollLoop Least(PollLoop on)
    {
        var least = on;
        foreach (var loop in transport.Loops)
        {
            if (Volatile.Read(ref _open[loop.Number]) < Volatile.Read(ref _open[least.Number])) least = loop;
        }

        return least;
    }

    private void OnEach(Action<DirectConnection> action)
    {
        foreach (var loop in transport.Loops)
        {
            loop.Schedule(
                state =>
                {
                    foreach (var connection in ((PollLoop)state!).All<DirectConnection>()) action(connection);
                },
                loop);
        }
    }
}

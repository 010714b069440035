using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Fairlead.Gateway.HandOver;

/// <summary>Lets a server stop accepting while it goes on serving the connections that it has, and counts these. Kestrel by itself does both or neither.</summary>
internal sealed class AcceptGate(IConnectionListenerFactory inner) : IConnectionListenerFactory
{
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<ValueTask> _unbind = static () => ValueTask.CompletedTask;
    private volatile bool _closed;
    private int _open;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = new Counted(this, await inner.BindAsync(endpoint, cancellationToken));
        _unbind = () => listener.UnbindAsync(CancellationToken.None);
        return listener;
    }

    /// <summary>Accepts no more. What was accepted goes on.</summary>
    public async Task CloseAsync()
    {
        await _unbind();
        _closed = true;
        CompleteWhenEmpty();
    }

    /// <summary>Once it is closed: until the last connection has ended.</summary>
    public Task EmptyAsync(CancellationToken cancellationToken) => _empty.Task.WaitAsync(cancellationToken);

    private void Leave()
    {
        Interlocked.Decrement(ref _open);
        CompleteWhenEmpty();
    }

    private void CompleteWhenEmpty()
    {
        if (_closed && Volatile.Read(ref _open) == 0) _empty.TrySetResult();
    }

    private sealed class Counted(AcceptGate gate, IConnectionListener listener) : IConnectionListener
    {
        public EndPoint EndPoint => listener.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            // Counted before it is known whether one comes: the gate must not be found empty with a connection in hand.
            Interlocked.Increment(ref gate._open);
            ConnectionContext? connection = null;
            try
            {
                connection = await listener.AcceptAsync(cancellationToken);
                connection?.ConnectionClosed.UnsafeRegister(static state => ((AcceptGate)state!).Leave(), gate);
                return connection;
            }
            finally
            {
                if (connection is null) gate.Leave();
            }
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => listener.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => listener.DisposeAsync();
    }
}

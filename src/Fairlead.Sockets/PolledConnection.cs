using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.Sockets;

// Each is consumed once, by the callback given to it: what an await would do, without its object.
#pragma warning disable CA2012

/// <summary>
/// A connection on a <see cref="PollLoop"/>. Receiving is the loop's alone; sending happens where the answer is written, and
/// goes over to the loop when the system takes no more. It ends when both have: receiving with the peer's end or an error,
/// sending when the server has completed its output or the peer no longer takes it.
/// </summary>
internal sealed class PolledConnection : ConnectionContext, IMemoryPoolFeature, IConnectionIdFeature, IConnectionItemsFeature, IConnectionTransportFeature, IConnectionLifetimeFeature, IPolled, IPolledConnectionFeature, IPlacedInputFeature
{
    // As Kestrel's own transport: what the server has not read yet, and what the peer has not taken yet.
    private const int MostUnread = 1 << 20;
    private const int MostUnsent = 64 << 10;
    private const int SmallestRead = 2048;
    private const int LargeRead = 64 << 10;

    private readonly Socket _socket;
    private readonly PollLoop _loop;
    private readonly IDuplexPipe _application;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PieceSender _sender = new();
    private readonly Action _onOutput;
    private readonly Action _onRoom;
    private ValueTaskAwaiter<ReadResult> _output;
    private ValueTaskAwaiter<FlushResult> _room;
    private readonly Lock _placing = new();
    private ConnectionAbortedException? _aborted;

    // Guarded by _placing.
    private Memory<byte> _place;

    // On the loop's thread alone.
    private bool _receiving = true;
    private bool _full;
    private bool _blocked;

    public PolledConnection(Socket socket, PollLoop loop, string id)
    {
        (_socket, _loop, ConnectionId) = (socket, loop, id);
        Descriptor = (int)socket.Handle;
        (LocalEndPoint, RemoteEndPoint) = (socket.LocalEndPoint, socket.RemoteEndPoint);
        var input = new Pipe(new PipeOptions(loop.Memory, PipeScheduler.Inline, loop, MostUnread, MostUnread / 2, useSynchronizationContext: false));
        var output = new Pipe(new PipeOptions(loop.Memory, PipeScheduler.Inline, PipeScheduler.ThreadPool, MostUnsent, MostUnsent / 2, useSynchronizationContext: false));
        Transport = new Duplex(input.Reader, output.Writer);
        _application = new Duplex(output.Reader, input.Writer);
        ConnectionClosed = _closed.Token;
        (_onOutput, _onRoom) = (OnOutput, OnRoom);
        Features.Set<IMemoryPoolFeature>(this);
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
        Features.Set<IConnectionTransportFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IPolledConnectionFeature>(this);
        Features.Set<IPlacedInputFeature>(this);
    }

    public int Descriptor { get; }

    public PollLoop Loop => _loop;

    public IConnectionWatcher? Watcher { get; set; }

    public MemoryPool<byte> MemoryPool => _loop.Memory;

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    /// <summary>Called on the loop's thread once its descriptor is closed.</summary>
    public Action? Ended { get; set; }

    public void Start()
    {
        Pump(onLoop: false);
        _loop.Add(this);
    }

    /// <summary>Goes on with a connection that another object had on the loop, on whose thread this is called.</summary>
    /// <param name="received">What that one has received and not used.</param>
    public void Continue(IPolled before, ReadOnlySpan<byte> received)
    {
        Pump(onLoop: false);
        _application.Output.Write(received);
        _loop.Replace(before, this);

        // What arrived before is no new event.
        if (Flush()) Receive();
    }

    /// <summary>Called by the loop.</summary>
    public void OnEvents(uint events)
    {
        if (_blocked && (events & (Epoll.Out | Epoll.HangUp | Epoll.Error)) != 0)
        {
            _blocked = false;
            Pump(onLoop: true);
        }

        if (_receiving && !_full && (events & (Epoll.In | Epoll.PeerClosed | Epoll.HangUp | Epoll.Error)) != 0) Receive();
    }

    public bool TryPlace(Memory<byte> place)
    {
        if (PollLoop.Current != _loop) return false;
        lock (_placing) _place = place;
        return true;
    }

    public void EndPlacing()
    {
        lock (_placing) _place = default;
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (Interlocked.CompareExchange(ref _aborted, abortReason, null) is not null) return;
        Shutdown();
        _application.Input.CancelPendingRead();
    }

    public override async ValueTask DisposeAsync()
    {
        await Transport.Input.CompleteAsync();
        await Transport.Output.CompleteAsync();
        await _sent.Task;
        Shutdown();
        _loop.Schedule(static connection => ((PolledConnection)connection!).EndReceiving(null), this);
        await _received.Task;
        _loop.Schedule(static connection => ((PolledConnection)connection!).Close(), this);
        _closed.Dispose();
        await base.DisposeAsync();
    }

    private void Close()
    {
        _loop.Remove(this);
        _socket.Dispose();
        Ended?.Invoke();
    }

    // Until what has arrived is read: a shorter answer than asked for says that nothing is left, and what comes after it is a new event.
    private void Receive()
    {
        var wanted = SmallestRead;
        while (true)
        {
            if (!ReceivePlaced(out var asked, out var count, out var error))
            {
                var target = _application.Output.GetSpan(wanted);
                asked = target.Length;
                count = Receive(target, out error);
                if (count > 0) _application.Output.Advance(count);
            }

            if (count <= 0)
            {
                if (error == Epoll.Interrupted) continue;
                if (error == Epoll.TryAgain) return;
                EndReceiving(error == 0 ? null : new ConnectionResetException(Marshal.GetPInvokeErrorMessage(error)));
                return;
            }

            if (!Flush()) return;
            if (count < asked) return;
            wanted = LargeRead;
        }
    }

    private int Receive(Span<byte> target, out int error)
    {
        var count = Epoll.Receive(Descriptor, target);
        error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
        return count;
    }

    /// <summary>False when what arrives goes through the pipe.</summary>
    private bool ReceivePlaced(out int asked, out int count, out int error)
    {
        lock (_placing)
        {
            (asked, count, error) = (_place.Length, 0, 0);
            if (asked == 0) return false;
            count = Receive(_place.Span, out error);
            if (count <= 0) return true;
            _place = _place[count..];
        }

        // As many bytes as arrived, whatever they are.
        for (var left = count; left > 0;)
        {
            var passed = Math.Min(left, _application.Output.GetSpan(Math.Min(left, LargeRead)).Length);
            _application.Output.Advance(passed);
            left -= passed;
        }

        return true;
    }

    /// <summary>Hands over what was received, and with it this thread, until the server waits for something. False when there is no more to receive for now.</summary>
    private bool Flush()
    {
        var flush = _application.Output.FlushAsync(CancellationToken.None);
        _room = flush.GetAwaiter();
        if (_room.IsCompleted) return GoesOn(_room.GetResult());
        _full = true;
        _room.UnsafeOnCompleted(_onRoom);
        return false;
    }

    // On the loop: the pipe's writer is scheduled there.
    private void OnRoom()
    {
        _full = false;
        if (GoesOn(_room.GetResult())) Receive();
    }

    private bool GoesOn(FlushResult flush)
    {
        if (flush.IsCompleted) EndReceiving(null);
        return _receiving;
    }

    private void EndReceiving(Exception? error)
    {
        if (!_receiving) return;
        _receiving = false;
        _application.Output.Complete(_aborted ?? error);
        Watcher?.OnPeerGone();
        ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.Closed(), this, preferLocal: false);
    }

    private void Closed()
    {
        _closed.Cancel();
        _received.TrySetResult();
    }

    private void OnOutput()
    {
        if (Send(_output.GetResult(), onLoop: false)) Pump(onLoop: false);
    }

    private void Pump(bool onLoop)
    {
        while (true)
        {
            _output = _application.Input.ReadAsync(CancellationToken.None).GetAwaiter();
            if (!_output.IsCompleted)
            {
                _output.UnsafeOnCompleted(_onOutput);
                return;
            }

            if (!Send(_output.GetResult(), onLoop)) return;
        }
    }

    /// <summary>False when sending has ended, or goes on on the loop.</summary>
    private bool Send(ReadResult read, bool onLoop)
    {
        var left = read.Buffer;
        var error = 0;
        while (!left.IsEmpty && error == 0 && _aborted is null)
        {
            var count = _sender.Send(Descriptor, left);
            if (count >= 0) left = left.Slice(count);
            else if (Marshal.GetLastPInvokeError() is var failed && failed != Epoll.Interrupted) error = failed;
        }

        _application.Input.AdvanceTo(left.Start);
        if (error == Epoll.TryAgain)
        {
            // Waiting for room begins on the loop, after another try: only there is it certain that no event is missed in between.
            if (onLoop) _blocked = true;
            else _loop.Schedule(static connection => ((PolledConnection)connection!).Pump(onLoop: true), this);
            return false;
        }

        if (error == 0 && _aborted is null && !read.IsCompleted) return true;
        _application.Input.Complete();
        Shutdown();
        _sent.TrySetResult();
        return false;
    }

    private void Shutdown()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}

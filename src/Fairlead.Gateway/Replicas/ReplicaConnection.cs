using System.Buffers;
using Fairlead.Gateway.Forwarding;
using Fairlead.Sockets;

namespace Fairlead.Gateway.Replicas;

/// <summary>One connection to a replica: idle in its <see cref="ReplicaPool"/>, or lent to one exchange. On its loop's thread.</summary>
internal sealed class ReplicaConnection
{
    private readonly ReplicaPool _home;
    private Task? _upload;
    private bool _sent;

    public ReplicaConnection(ReplicaPool home, OutgoingConnection wire)
    {
        (_home, Wire) = (home, wire);
        Answer = new AnswerReader(wire);
        Limit = new Deadline(static state => ((ReplicaConnection)state!).OnLimit(), this);
        wire.Unasked = OnUnasked;
    }

    public OutgoingConnection Wire { get; }

    public AnswerReader Answer { get; }

    /// <summary>Of connecting first, of lying idle later.</summary>
    public Deadline Limit { get; }

    /// <summary>Its limit fell before it was connected.</summary>
    public bool TookTooLong { get; private set; }

    /// <summary>Whether it lies in the pool.</summary>
    public bool IsIdle { get; set; }

    /// <summary>It has carried a request before: the replica may have closed it as this one was sent.</summary>
    public bool IsReused { get; set; }

    /// <summary>What waits on it; null when idle.</summary>
    public Interruption? User { get; set; }

    /// <summary>Its place among those of the pool that are lent.</summary>
    public int Place { get; set; }

    /// <summary>Sends a head with a body that is there already; what the system does not take at once follows beside the wait for the answer.</summary>
    /// <param name="head">Only lent.</param>
    /// <param name="body">Stays where it is until <see cref="EndAsync"/> has ended.</param>
    public void Send(ReadOnlySpan<byte> head, ReadOnlyMemory<byte> body)
    {
        (_upload, _sent) = (null, false);
        var count = Wire.Send(head, body.Span);
        _sent = count == head.Length + body.Length;
        if (_sent || count < 0) return;
        _upload = UploadAsync(count < head.Length ? head[count..].ToArray() : [], body[Math.Max(0, count - head.Length)..]);
    }

    /// <summary>Sends a head and then a body as the client sends it.</summary>
    public void Send(ReadOnlySpan<byte> head, RequestBody body, Interruption stop)
    {
        (_upload, _sent) = (null, false);
        _upload = StreamAsync(head.ToArray(), body, stop);
    }

    /// <summary>False when the replica takes no more, or nobody waits for its answer any longer.</summary>
    public async ValueTask<bool> SendAllAsync(ReadOnlySequence<byte> bytes)
    {
        while (User is not null)
        {
            var count = Wire.Send(bytes);
            if (count < 0) return false;
            bytes = bytes.Slice(count);
            if (bytes.IsEmpty) return true;
            await Wire.WritableAsync();
        }

        return false;
    }

    /// <summary>Back to the pool when request and answer are through, else closed.</summary>
    public async ValueTask EndAsync(Interruption stop)
    {
        var reusable = _sent && Answer.IsClean && Answer.Head.KeepsAlive && stop.Reason == Retries.AttemptFailure.None;
        Answer.Release();
        if (reusable)
        {
            _home.Return(this);
            return;
        }

        _home.Drop(this);
        if (_upload is null) return;
        stop.EndUpload();
        await _upload;
    }

    private async Task UploadAsync(byte[] head, ReadOnlyMemory<byte> body) =>
        _sent = (head.Length == 0 || await SendAllAsync(new ReadOnlySequence<byte>(head))) && await SendAllAsync(new ReadOnlySequence<byte>(body));

    private async Task StreamAsync(byte[] head, RequestBody body, Interruption stop) =>
        _sent = await SendAllAsync(new ReadOnlySequence<byte>(head)) && await body.StreamAsync(this, stop);

    private void OnUnasked()
    {
        // Idle and yet something to read: it was closed, or the replica speaks out of turn.
        if (IsIdle) _home.Drop(this);
    }

    private void OnLimit()
    {
        if (IsIdle) _home.Drop(this);
        else
        {
            TookTooLong = true;
            Wire.Wake();
        }
    }
}

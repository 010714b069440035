using Fairlead.Gateway.Holding;
using Fairlead.Gateway.Retries;
using Fairlead.Gateway.Routing;
using Fairlead.Sockets;

namespace Fairlead.Gateway.Forwarding;

/// <summary>
/// What ends an exchange before its time: its deadline, the client's leaving, the replica's going down. Wakes whatever the
/// exchange waits for, which then looks at <see cref="Reason"/>. On the loop's thread alone, but for its making.
/// </summary>
internal sealed class Interruption : IConnectionWatcher
{
    private const int StallBytes = 16 << 10;

    private readonly IClient _client;
    private readonly IPolledConnectionFeature _connection;
    private readonly Deadline _deadline;
    private Deadline? _stall;
    private TimeSpan _stallTime;
    private int _taken;
    private bool _stalled;
    private RevisionPool? _pool;
    private ReplicaState? _replica;
    private RequestBody? _repeatable;

    public Interruption(IClient client)
    {
        (_client, _connection) = (client, client.Connection);
        _deadline = new Deadline(static state => ((Interruption)state!).Interrupt(AttemptFailure.Deadline), this);
    }

    public AttemptFailure Reason { get; private set; }

    /// <summary>The route's time: no part of the exchange takes longer.</summary>
    public TimeSpan Left { get; private set; }

    /// <summary>The replica's connection that the exchange has.</summary>
    public OutgoingConnection? Waiting { get; set; }

    /// <summary>A first replica is waited for.</summary>
    public HeldRequest? Held { get; set; }

    /// <summary>The client's body is waited for.</summary>
    public bool ReadsBody { get; set; }

    /// <summary>The client is waited for to take its answer: nothing but the connection's end ends that.</summary>
    private bool Writes => _stall is { Line: not null } || _stalled;

    /// <summary>What is still sent of the client's body, nobody needs.</summary>
    public bool UploadEnded { get; private set; }

    public void Begin(TimeSpan timeout)
    {
        Left = timeout;
        _connection.Watcher = this;
        _connection.Loop.Deadlines.Set(_deadline, timeout);
    }

    public void End()
    {
        _connection.Watcher = null;
        _connection.Loop.Deadlines.Clear(_deadline);
    }

    /// <summary>An attempt begins to wait for its answer's head.</summary>
    /// <param name="repeatable">Null when the request must not be sent twice.</param>
    public void Await(RevisionPool pool, ReplicaState replica, RequestBody? repeatable)
    {
        (_pool, _replica, _repeatable, UploadEnded) = (pool, replica, repeatable, false);
        if (Reason == AttemptFailure.Down) Reason = AttemptFailure.None;
    }

    /// <summary>The head is there, or will not come.</summary>
    public void AwaitNoMore() => _replica = null;

    /// <summary>Worth giving up on only when the request can go to another one.</summary>
    public void OnReplicaDown()
    {
        if (_replica is not null && _repeatable is { CanReplay: true } && _pool!.HasOther(_replica)) Interrupt(AttemptFailure.Down);
    }

    /// <summary>The client has to make room: at least <see cref="StallBytes"/> in each so long a time.</summary>
    public void BeginWriting(TimeSpan stall)
    {
        (_stallTime, _taken) = (stall, 0);
        _stall ??= new Deadline(static state => ((Interruption)state!).OnStall(), this);
        _connection.Loop.Deadlines.Set(_stall, stall);
    }

    public void EndWriting() => _connection.Loop.Deadlines.Clear(_stall!);

    /// <summary>While it is waited for, the client has taken some.</summary>
    public void OnTaken(int bytes)
    {
        if (!Writes || (_taken += bytes) < StallBytes) return;
        _taken = 0;
        _connection.Loop.Deadlines.Set(_stall!, _stallTime);
    }

    public void OnPeerGone() => Interrupt(AttemptFailure.Client);

    public void Interrupt(AttemptFailure reason)
    {
        if (Reason != AttemptFailure.None) return;
        Reason = reason;
        var waiting = Waiting;
        if (Writes) _client.Abort();
        CancelBody();
        waiting?.Wake();
        Held?.Wake();
    }

    // Its line is empty by now.
    private void OnStall()
    {
        _stalled = true;
        Interrupt(AttemptFailure.Client);
    }

    public void EndUpload()
    {
        UploadEnded = true;
        CancelBody();
    }

    private void CancelBody()
    {
        if (ReadsBody) _client.CancelBody();
    }
}

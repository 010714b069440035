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
    private readonly HttpContext _context;
    private readonly IPolledConnectionFeature _client;
    private readonly Deadline _deadline;
    private RevisionPool? _pool;
    private ReplicaState? _replica;
    private RequestBody? _repeatable;

    public Interruption(HttpContext context, IPolledConnectionFeature client)
    {
        (_context, _client) = (context, client);
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
    public bool Writes { get; set; }

    /// <summary>What is still sent of the client's body, nobody needs.</summary>
    public bool UploadEnded { get; private set; }

    public void Begin(TimeSpan timeout)
    {
        Left = timeout;
        _client.Watcher = this;
        _client.Loop.Deadlines.Set(_deadline, timeout);
    }

    public void End()
    {
        _client.Watcher = null;
        _client.Loop.Deadlines.Clear(_deadline);
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

    public void OnPeerGone() => Interrupt(AttemptFailure.Client);

    public void Interrupt(AttemptFailure reason)
    {
        if (Reason != AttemptFailure.None) return;
        Reason = reason;
        var waiting = Waiting;
        if (Writes) _context.Abort();
        CancelBody();
        waiting?.Wake();
        Held?.Wake();
    }

    public void EndUpload()
    {
        UploadEnded = true;
        CancelBody();
    }

    private void CancelBody()
    {
        if (ReadsBody) _context.Request.BodyReader.CancelPendingRead();
    }
}

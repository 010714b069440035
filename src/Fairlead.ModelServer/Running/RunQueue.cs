using Fairlead.ModelServer.Batching;
using Fairlead.ModelServer.Hosting;
using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Metrics;
using Fairlead.ModelServer.Protocol;
using Fairlead.Onnx;
using Fairlead.Sockets;

namespace Fairlead.ModelServer.Running;

/// <summary>
/// Bounds how many runs of the model go on at once, and who may wait for one. With a run free a request runs on its own
/// thread, or on one of the queue's when runs are long; those that wait while none is are run together when the model allows
/// it. More runs than processors make every one slower and none sooner done.
/// </summary>
internal sealed class RunQueue : IDisposable
{
    // Requests looked at for one batch: what fits together usually stands together, and the lock is held meanwhile.
    private const int MostLookedAt = 512;

    // What is far larger than the requests before may run far longer than they did.
    private const long LargestInPlace = 16 << 10;

    private readonly Lock _gate = new();
    private readonly LinkedList<PendingRun> _waiting = [];
    private readonly RunTimes _times;
    private readonly Admission _admission;
    private readonly Arrivals _arrivals;
    private readonly ServerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    // Never more are made than runs go on at once.
    private readonly Stack<RunThread> _idle = [];
    private readonly int _limit;
    private int _free;
    private int _threads;
    private bool _disposed;
    private long _waitingRows;

    public RunQueue(int runs, int limit, RunTimes times, ServerMetrics metrics, TimeProvider time)
    {
        (_free, _limit, _times, _metrics, _time) = (runs, limit, times, metrics, time);
        (_admission, _arrivals) = (new Admission(runs, limit, times), new Arrivals(time));
        _timer = time.CreateTimer(static queue => ((RunQueue)queue!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    public int Free
    {
        get
        {
            lock (_gate) return _free;
        }
    }

    /// <summary>See <see cref="RunTimes.Long"/>.</summary>
    public bool Long => _times.Long;

    /// <summary>
    /// Whether the run is over before another thread could take it, or could end it: then it goes on where the request is,
    /// and nothing is made that would cut it off.
    /// </summary>
    private bool RunsInPlace(ServedModel model, InferRequest request) => _times.Short && !model.HasLoops && BatchRows.BytesOf(request) <= LargestInPlace;

    /// <summary>Runs the model, now or when it is the request's turn.</summary>
    /// <exception cref="RequestRefusedException">Too many wait, or the answer would come too late.</exception>
    /// <exception cref="OnnxException">The model failed on this request.</exception>
    /// <exception cref="OperationCanceledException">The deadline passed or the client left.</exception>
    public async ValueTask<OnnxOutputs> RunAsync(ServedModel model, InferRequest request, RequestDeadline deadline)
    {
        deadline.ThrowIfPassed();

        // Asked once: what runs take may change meanwhile, and a loop must not be held up by a run that is not short.
        var inPlace = RunsInPlace(model, request);
        if (inPlace || !Long)
        {
            if (!inPlace && PollLoop.Current is not null) await PollingThread.LeaveAsync();
            if (TryEnter(model))
            {
                _metrics.QueueDuration.Observe(0);
                return RunAlone(model, request, inPlace ? CancellationToken.None : deadline.Token);
            }
        }

        var pending = new PendingRun(this, model, request, deadline, _time.GetTimestamp());
        request.Record?.Queued = pending.Since;
        Join(pending);
        await using (deadline.Token.UnsafeRegister(static pending => Abandon((PendingRun)pending!), pending))
        {
            if (await pending.Turn is { } outputs) return outputs;
        }

        ObserveWait(pending);
        if (PollLoop.Current is not null) await PollingThread.LeaveAsync();
        return RunAlone(model, request, deadline.Token);
    }

    /// <summary>Refuses now, before its body is read, a request that would be refused then.</summary>
    /// <returns>What <see cref="Arrived"/> is told when the body is there.</returns>
    /// <exception cref="RequestRefusedException">Too many wait, or the answer would come too late.</exception>
    public long Announce(RequestDeadline deadline)
    {
        lock (_gate)
        {
            if (_free == 0) _admission.Check(_waiting.Count + _arrivals.Count, deadline.Remaining);
            return _arrivals.Enter();
        }
    }

    public void Arrived(long announced)
    {
        lock (_gate) _arrivals.Leave(announced);
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            _disposed = true;
            while (_idle.TryPop(out var thread)) thread.End();
        }
    }

    /// <summary>Runs it on the caller's thread, which is one of the queue's own.</summary>
    /// <returns>What the thread is to run next; null when it has to wait for it.</returns>
    internal PendingRun? RunOn(RunThread thread, PendingRun pending)
    {
        ObserveWait(pending);
        var started = _time.GetTimestamp();
        OnnxOutputs? outputs = null;
        Exception? failure = null;
        try
        {
            outputs = Run(pending.Model, pending.Request, started, pending.Deadline.Token);
        }
        catch (Exception e)
        {
            // Thrown where it is awaited.
            failure = e;
        }

        var took = _time.GetElapsedTime(started);
        if (outputs is not null) ObserveRun(took, 1);
        lock (_gate)
        {
            var next = GiveBack(took, 1, outputs is not null, goesOn: true);
            if (failure is null) pending.End(outputs);
            else pending.Fail(failure);
            if (next is not null) return next;
            if (_disposed) thread.End();
            else _idle.Push(thread);
            return null;
        }
    }

    /// <summary>The members' tensors are copied: they may leave from here on. False when all have left already.</summary>
    internal bool Begin(Batch batch)
    {
        lock (_gate)
        {
            foreach (var member in batch.Members)
            {
                member.State = PendingState.Running;
                if (member.Left) Leave(member);
                else _metrics.QueueDuration.Observe(_time.GetElapsedTime(member.Since).TotalSeconds);
            }

            return batch.Live > 0;
        }
    }

    /// <param name="parts">One per member.</param>
    internal void Complete(Batch batch, OnnxOutputs[] parts)
    {
        lock (_gate)
        {
            for (var i = 0; i < parts.Length; i++)
            {
                if (batch.Members[i].State == PendingState.Running) batch.Members[i].End(parts[i]);
                else parts[i].Dispose();
            }
        }
    }

    /// <summary>The run together failed: those that are still there run each by itself, so that only who is at fault fails.</summary>
    internal void Separate(Batch batch)
    {
        lock (_gate)
        {
            for (var i = batch.Members.Count - 1; i >= 0; i--)
            {
                var member = batch.Members[i];
                if (member.State != PendingState.Running) continue;
                (member.State, member.Again, member.Rows, member.Batch) = (PendingState.Waiting, true, 0, null);
                member.Node = _waiting.AddFirst(member);
            }
        }
    }

    internal void Fail(Batch batch, Exception exception)
    {
        lock (_gate)
        {
            foreach (var member in batch.Members)
            {
                if (member.State != PendingState.Ended) member.Fail(exception);
            }
        }
    }

    /// <summary>A run has ended: its slot goes to who waits.</summary>
    internal void Leave(TimeSpan took, int requests, bool finished)
    {
        if (finished) ObserveRun(took, requests);
        lock (_gate) GiveBack(took, requests, finished, goesOn: false);
    }

    /// <inheritdoc cref="Dispatch"/>
    private PendingRun? GiveBack(TimeSpan took, int requests, bool finished, bool goesOn)
    {
        _times.Add(took, requests, finished);
        if (_free++ == 0) RefuseLate();
        return Dispatch(goesOn);
    }

    private void ObserveWait(PendingRun pending)
    {
        if (!pending.Again) _metrics.QueueDuration.Observe(_time.GetElapsedTime(pending.Since).TotalSeconds);
    }

    private void ObserveRun(TimeSpan took, int requests)
    {
        _metrics.InferenceDuration.Observe(took.TotalSeconds);
        _metrics.BatchSize.Observe(requests);
    }

    private OnnxOutputs Run(ServedModel model, InferRequest request, long started, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var outputs = model.Run(request.Inputs!, request.Outputs, cancellationToken);
        request.Record?.Ran(started, _time.GetTimestamp(), 1);
        return outputs;
    }

    private OnnxOutputs RunAlone(ServedModel model, InferRequest request, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        OnnxOutputs? outputs = null;
        try
        {
            return outputs = Run(model, request, started, cancellationToken);
        }
        finally
        {
            Leave(_time.GetElapsedTime(started), 1, outputs is not null);
        }
    }

    private bool TryEnter(ServedModel model)
    {
        lock (_gate)
        {
            if (_free == 0 || _waiting.Count > 0 || DelayOf(model) > TimeSpan.Zero) return false;
            _free--;
            return true;
        }
    }

    private void Join(PendingRun pending)
    {
        lock (_gate)
        {
            // With a run free those that wait do so for company, not for want of a run.
            if (_free == 0) _admission.Check(_waiting.Count, pending.Deadline.Remaining);
            pending.Node = _waiting.AddLast(pending);
            _waitingRows += pending.Rows;
            Dispatch();
        }
    }

    private static void Abandon(PendingRun pending)
    {
        var queue = pending.Queue;
        lock (queue._gate)
        {
            if (pending.State == PendingState.Waiting) queue.Remove(pending).Cancel();
            else if (pending.State == PendingState.Running) Leave(pending);
            else pending.Left = true;
        }
    }

    private static void Leave(PendingRun member)
    {
        member.Cancel();
        if (--member.Batch!.Live == 0) member.Batch.Stop();
    }

    private void Tick()
    {
        lock (_gate) Dispatch();
    }

    /// <summary>Runs took longer than was thought when these were admitted: they are told in time rather than run for nothing. Called with the lock held.</summary>
    private void RefuseLate()
    {
        while (_waiting.First is { Value: var first } && first.Deadline.Remaining is var remaining && _admission.IsLate(remaining))
        {
            // Past its deadline it is no more refused but timed out; its own timer is only a moment behind.
            if (remaining <= TimeSpan.Zero) Remove(first).Cancel();
            else Remove(first).Fail(_admission.Late(_waiting.Count));
        }
    }

    /// <summary>Gives free slots to those that wait. Called with the lock held.</summary>
    /// <param name="goesOn">The caller's thread can run one of them.</param>
    /// <returns>That one; null when there is none for it.</returns>
    private PendingRun? Dispatch(bool goesOn = false)
    {
        PendingRun? own = null;
        while (_free > 0 && _waiting.First is { Value: var first })
        {
            if (DelayLeft(first) is { } left && left > TimeSpan.Zero)
            {
                // A timer that fires a moment early would find that moment left.
                _timer.Change(left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
                break;
            }

            _free--;
            if (Members(first) is { Count: > 1 } members)
            {
                Gather(members);
                continue;
            }

            Remove(first);
            if (!_times.Long)
            {
                first.End(null);
                continue;
            }

            first.State = PendingState.Alone;
            if (goesOn && own is null) own = first;
            else (_idle.TryPop(out var idle) ? idle : new RunThread(this, _threads++)).Give(first);
        }

        return own;
    }

    private void Gather(List<PendingRun> members)
    {
        var batch = new Batch(this, members, _time);
        foreach (var member in members) (Remove(member).State, member.Batch) = (PendingState.Gathering, batch);
        ThreadPool.UnsafeQueueUserWorkItem(batch, preferLocal: false);
    }

    private List<PendingRun>? Members(PendingRun first)
    {
        if (first.Rows == 0 || first.Model.Batching is not { } plan || first.Node!.Next is null || !_times.WorthSharing) return null;
        var members = new List<PendingRun>();
        var (rows, bytes) = (0, 0L);
        var node = first.Node;
        for (var looked = 0; node is not null && looked < MostLookedAt && rows < plan.MaxRows; looked++, node = node.Next)
        {
            var next = node.Value;
            var size = BatchRows.BytesOf(next.Request);
            if (members.Count > 0 && (rows + next.Rows > plan.MaxRows || bytes + size > plan.MaxBytes || !BatchRows.Fit(first, next))) continue;
            members.Add(next);
            (rows, bytes) = (rows + next.Rows, bytes + size);
        }

        return members;
    }

    private PendingRun Remove(PendingRun pending)
    {
        _waiting.Remove(pending.Node!);
        _waitingRows -= pending.Rows;
        pending.Node = null;
        return pending;
    }

    private TimeSpan DelayOf(ServedModel model) =>
        _limit > 0 && model.Batching is { } plan ? _times.WorthWaiting(plan.MaxDelay) : TimeSpan.Zero;

    /// <summary>How long the first one still waits for a fuller batch; null when it is full, no more may wait, or the request runs by itself.</summary>
    private TimeSpan? DelayLeft(PendingRun first) =>
        first.Rows == 0 || first.Model.Batching is not { } plan || _waitingRows >= plan.MaxRows || _waiting.Count >= _limit ? null : DelayOf(first.Model) - _time.GetElapsedTime(first.Since);
}

using Fairlead.ModelServer.Batching;
using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Protocol;
using Fairlead.Onnx;
using Fairlead.Sockets;

namespace Fairlead.ModelServer.Running;

internal enum PendingState
{
    Waiting,

    /// <summary>Its tensors are being copied into a batch: their memory must stay.</summary>
    Gathering,

    /// <summary>A batch runs with a copy of its tensors.</summary>
    Running,

    /// <summary>One of the queue's threads runs it by itself: its tensors must stay.</summary>
    Alone,

    Ended,
}

/// <summary>A request that waits for its run. All that changes is guarded by the queue's lock.</summary>
internal sealed class PendingRun
{
    // Who came on a connection's loop goes on there, everybody else on the thread pool: never inside the lock.
    private readonly PollLoop? _loop = PollLoop.Current;
    private readonly TaskCompletionSource<OnnxOutputs?> _turn;
    private OnnxOutputs? _outputs;
    private Exception? _failure;

    public PendingRun(RunQueue queue, ServedModel model, InferRequest request, RequestDeadline deadline, long since)
    {
        (Queue, Model, Request, Deadline, Since) = (queue, model, request, deadline, since);
        Rows = model.Batching is null ? 0 : BatchRows.Of(request);
        _turn = new(_loop is null ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);
    }

    public RunQueue Queue { get; }

    public ServedModel Model { get; }

    public InferRequest Request { get; }

    public RequestDeadline Deadline { get; }

    public long Since { get; }

    /// <summary>0 when it cannot share a run.</summary>
    public int Rows { get; set; }

    public PendingState State { get; set; }

    /// <summary>A run with others has failed: it waits for the second time.</summary>
    public bool Again { get; set; }

    public LinkedListNode<PendingRun>? Node { get; set; }

    public Batch? Batch { get; set; }

    /// <summary>Left while its tensors were being copied.</summary>
    public bool Left { get; set; }

    /// <summary>Its outputs; null when it has a slot and is to run where it is.</summary>
    public Task<OnnxOutputs?> Turn => _turn.Task;

    public void End(OnnxOutputs? outputs)
    {
        _outputs = outputs;
        End();
    }

    public void Cancel() => Fail(new OperationCanceledException());

    public void Fail(Exception exception)
    {
        _failure = exception;
        End();
    }

    private void End()
    {
        State = PendingState.Ended;
        if (_loop is null) Complete();
        else _loop.Schedule(static pending => ((PendingRun)pending!).Complete(), this);
    }

    private void Complete()
    {
        if (_failure is { } failure) _turn.SetException(failure);
        else _turn.SetResult(_outputs);
    }
}

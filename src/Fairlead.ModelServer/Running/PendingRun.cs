using Fairlead.ModelServer.Batching;
using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Protocol;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Running;

internal enum PendingState
{
    Waiting,

    /// <summary>Its tensors are being copied into a batch: their memory must stay.</summary>
    Gathering,

    /// <summary>A batch runs with a copy of its tensors.</summary>
    Running,

    Ended,
}

/// <summary>A request that waits for its run. All that changes is guarded by the queue's lock.</summary>
internal sealed class PendingRun(RunQueue queue, ServedModel model, InferRequest request, RequestDeadline deadline, long since)
{
    private readonly TaskCompletionSource<OnnxOutputs?> _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RunQueue Queue { get; } = queue;

    public ServedModel Model { get; } = model;

    public InferRequest Request { get; } = request;

    public RequestDeadline Deadline { get; } = deadline;

    public long Since { get; } = since;

    /// <summary>0 when it cannot share a run.</summary>
    public int Rows { get; set; } = model.Batching is null ? 0 : BatchRows.Of(request);

    public PendingState State { get; set; }

    /// <summary>A run with others has failed: it waits for the second time.</summary>
    public bool Again { get; set; }

    public LinkedListNode<PendingRun>? Node { get; set; }

    public Batch? Batch { get; set; }

    /// <summary>Left while its tensors were being copied.</summary>
    public bool Left { get; set; }

    /// <summary>Its outputs; null when it has a slot and is to run by itself.</summary>
    public Task<OnnxOutputs?> Turn => _turn.Task;

    public void End(OnnxOutputs? outputs)
    {
        State = PendingState.Ended;
        _turn.SetResult(outputs);
    }

    public void Cancel()
    {
        State = PendingState.Ended;
        _turn.SetCanceled(CancellationToken.None);
    }

    public void Fail(Exception exception)
    {
        State = PendingState.Ended;
        _turn.SetException(exception);
    }
}

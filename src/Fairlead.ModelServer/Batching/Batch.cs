using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Running;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Batching;

/// <summary>
/// One run for several requests. It holds a slot of the queue and belongs to none of its members: each may leave, and the run
/// is cut off only when all have.
/// </summary>
internal sealed class Batch(RunQueue queue, IReadOnlyList<PendingRun> members, TimeProvider time) : IThreadPoolWorkItem, IDisposable
{
    private readonly CancellationTokenSource _left = new();

    public IReadOnlyList<PendingRun> Members { get; } = members;

    /// <summary>Members that still want their answer; guarded by the queue's lock.</summary>
    public int Live { get; set; } = members.Count;

    /// <summary>Cuts the run off. Called with the queue's lock held, which the run does not take.</summary>
    public void Stop() => _left.Cancel();

    public void Execute()
    {
        var started = time.GetTimestamp();
        var took = TimeSpan.Zero;
        var finished = false;
        try
        {
            var model = Members[0].Model;
            using var inputs = BatchInputs.Gather([.. Members.Select(m => (IReadOnlyList<NamedTensor>)m.Request.Inputs!)]);
            if (!queue.Begin(this)) return;
            started = time.GetTimestamp();
            using var outputs = model.Run(inputs.Tensors, Members[0].Request.Outputs, _left.Token);
            (took, finished) = (time.GetElapsedTime(started), true);
            foreach (var member in Members) member.Request.Record?.Ran(started, time.GetTimestamp(), Members.Count);
            Divide(model, outputs);
        }
        catch (OnnxException)
        {
            queue.Separate(this);
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
            // All have left: there is no one to answer.
        }
        catch (Exception e)
        {
            // Each member's endpoint logs it and answers.
            queue.Fail(this, e);
        }
        finally
        {
            queue.Leave(finished ? took : time.GetElapsedTime(started), Members.Count, finished);
            Dispose();
        }
    }

    public void Dispose() => _left.Dispose();

    private void Divide(ServedModel model, OnnxOutputs outputs)
    {
        if (outputs.Split([.. Members.Select(m => m.Rows)]) is { } parts)
        {
            queue.Complete(this, parts);
            return;
        }

        model.StopBatching();
        queue.Separate(this);
    }
}

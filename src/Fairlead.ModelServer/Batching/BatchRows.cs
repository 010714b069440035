using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Running;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Batching;

/// <summary>What of a request decides whom it can share a run with.</summary>
internal static class BatchRows
{
    /// <summary>0 when the inputs do not have the same rows, or none: the request then runs by itself, and the model says what it thinks of it.</summary>
    public static int Of(InferRequest request)
    {
        var rows = 0L;
        foreach (var input in request.Inputs)
        {
            var shape = input!.Tensor.Shape;
            if (shape.Count == 0 || shape[0] == 0 || (rows != 0 && shape[0] != rows)) return 0;
            rows = shape[0];
        }

        return rows > int.MaxValue ? 0 : (int)rows;
    }

    public static long BytesOf(InferRequest request)
    {
        var bytes = 0L;
        foreach (var input in request.Inputs) bytes += input!.Tensor.Bytes.Length;
        return bytes;
    }

    /// <summary>The same outputs asked for, and equal shapes but for the rows.</summary>
    public static bool Fit(PendingRun first, PendingRun next)
    {
        if (next.Rows == 0 || !ReferenceEquals(first.Model, next.Model) || !SameOutputs(first.Request.Outputs, next.Request.Outputs)) return false;
        for (var i = 0; i < first.Request.Inputs.Length; i++)
        {
            if (!SameRow(first.Request.Inputs[i]!.Tensor, next.Request.Inputs[i]!.Tensor)) return false;
        }

        return true;
    }

    private static bool SameOutputs(IReadOnlyList<string>? first, IReadOnlyList<string>? next) =>
        ReferenceEquals(first, next) || (first is not null && next is not null && first.SequenceEqual(next, StringComparer.Ordinal));

    private static bool SameRow(Tensor first, Tensor next)
    {
        if (first.Shape.Count != next.Shape.Count) return false;
        for (var i = 1; i < first.Shape.Count; i++)
        {
            if (first.Shape[i] != next.Shape[i]) return false;
        }

        return true;
    }
}

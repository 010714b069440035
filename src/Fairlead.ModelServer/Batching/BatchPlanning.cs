using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Settings;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Batching;

/// <summary>Whether a model's requests are run together, and the first runs of the sizes that this brings.</summary>
internal static class BatchPlanning
{
    // A size that takes longer gains nothing from having run before, and its start would be late by as much.
    private static readonly TimeSpan LongRun = TimeSpan.FromMilliseconds(100);

    /// <returns>The plan, or why there is none; neither when none is asked for.</returns>
    public static (BatchPlan? Plan, string? Obstacle) Decide(ServerOptions options, OnnxModel model, CancellationToken cancellationToken)
    {
        if (options.BatchSize == 1) return (null, null);
        if (BatchPlan.Obstacle(new ModelSignature(model.Inputs, model.Outputs)) is { } obstacle) return (null, obstacle);
        try
        {
            if (BatchProbe.Obstacle(model, cancellationToken) is { } mixed) return (null, mixed);
        }
        catch (Exception e) when (e is OnnxException or OverflowException or ArgumentException)
        {
            return (null, $"it could not be tried with two rows: {e.Message}");
        }

        return (new BatchPlan(options.BatchSize ?? BatchPlan.UsualRows, options.BatchDelay, options.MaxBody.Bytes), null);
    }

    /// <summary>Runs 4, 8, … rows up to the plan's; one and two the loader and the probe have run.</summary>
    public static void WarmUp(BatchPlan plan, OnnxModel model, TimeProvider time, CancellationToken cancellationToken)
    {
        var took = TimeSpan.Zero;
        for (var rows = 4L; took < LongRun && rows < plan.MaxRows * 2L; rows *= 2)
        {
            var inputs = Loading.WarmUp.Inputs(model.Inputs, (int)Math.Min(rows, plan.MaxRows));
            if (inputs.Sum(i => i.Tensor.Bytes.Length) > plan.MaxBytes) return;
            var started = time.GetTimestamp();
            model.Evaluate(inputs, null, cancellationToken).Dispose();
            took = time.GetElapsedTime(started);
        }
    }
}

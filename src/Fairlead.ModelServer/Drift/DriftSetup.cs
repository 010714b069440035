using Fairlead.Core.Results;
using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Metrics;
using Fairlead.Onnx;
using Fairlead.Telemetry.Drift;
using Microsoft.Extensions.Logging;

namespace Fairlead.ModelServer.Drift;

/// <summary>
/// Reference file → profiles → monitor, once the model serves: it must not make a start longer. A reference that cannot be
/// used is told in the log and leaves the gauges out; the model serves all the same.
/// </summary>
internal sealed partial class DriftSetup(ServerMetrics metrics, TimeProvider time, ILogger log)
{
    private const int InputBudget = 16;
    private const int OutputBudget = 8;

    /// <returns>Null when there is no reference that can be used.</returns>
    public DriftMonitor? Build(ModelFolder folder, OnnxModel onnx, CancellationToken cancellationToken)
    {
        if (folder.Descriptor.Reference is not { } name) return null;
        try
        {
            var resolved = folder.Resolve("reference file", name);
            if (!resolved.TryGet(out var path)) return Unusable(resolved.Problems[0]);
            var read = ReferenceFile.Read(path, name, onnx.Inputs);
            if (!read.TryGet(out var reference)) return Unusable(read.Problems[0]);
            var window = new SlidingWindow();
            var inputs = new DriftSeries(InputProfiles.Of(reference), InputBudget, window, metrics.FeatureShift, time);
            var predictions = Predict(name, reference, onnx, cancellationToken);
            var monitor = new DriftMonitor(inputs, [.. predictions.Select(p => new DriftSeries([p], OutputBudget, window, metrics.PredictionShift, time))]);
            metrics.Registry.OnCollect(monitor.Publish);
            LogMeasured(reference.Rows, inputs.Columns.Length, predictions.Count);
            return monitor;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return Unusable(ServerProblems.ReferenceUnusable(name, e.Message));
        }
    }

    private IReadOnlyList<(DriftColumn Column, FeatureProfile Profile)> Predict(string name, ReferenceFile reference, OnnxModel onnx, CancellationToken cancellationToken)
    {
        if (reference.Unmatched.Count > 0)
        {
            Unusable(ServerProblems.ReferenceIncomplete(name, $"it has no column for {string.Join(", ", reference.Unmatched.Select(u => $"'{u}'"))}; neither that nor the predictions are compared."));
            return [];
        }

        try
        {
            return new PredictionBaseline(onnx, reference, time).Run(cancellationToken);
        }
        catch (OnnxException e)
        {
            Unusable(ServerProblems.ReferenceIncomplete(name, $"the model does not take its rows, so its predictions are not compared: {e.Message}"));
            return [];
        }
    }

    private DriftMonitor? Unusable(Problem problem)
    {
        LogUnusable(problem.Code, problem.ToString());
        return null;
    }

    [LoggerMessage(2215, LogLevel.Information, "Shift is measured against {Rows} rows of the reference: {Features} features, {Predictions} outputs.")]
    private partial void LogMeasured(int rows, int features, int predictions);

    [LoggerMessage(2214, LogLevel.Warning, "Shift is not measured as asked; the model serves all the same. {Reason}")]
    private partial void LogUnusable(string code, string reason);
}

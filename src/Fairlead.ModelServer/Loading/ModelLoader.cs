using Fairlead.Core.Results;
using Fairlead.ModelServer.Batching;
using Fairlead.ModelServer.Drift;
using Fairlead.ModelServer.Metrics;
using Fairlead.ModelServer.Running;
using Fairlead.ModelServer.Settings;
using Fairlead.Onnx;
using Microsoft.Extensions.Logging;

namespace Fairlead.ModelServer.Loading;

/// <summary>
/// Descriptor → load → warm-up → golden answers → ready, each step told in <see cref="Readiness"/>. A model that is refused
/// leaves the process alive with the reason, so that it can be asked.
/// </summary>
internal sealed partial class ModelLoader(ServerOptions options, Processors processors, Readiness readiness, ServerMetrics metrics, TimeProvider time, ILogger log)
{
    public void Load(CancellationToken cancellationToken)
    {
        (string? Name, string? Version) model = (null, null);
        OnnxModel? onnx = null;
        var started = time.GetTimestamp();
        try
        {
            var folder = Need(ModelFolder.Open(options.ModelFolder));
            model = (folder.Descriptor.Name, folder.Descriptor.Version);
            metrics.Serve(model.Name, model.Version);
            onnx = LoadOnnx(folder, Step);
            CheckLabels(folder, onnx);
            Step("warming up");
            RunOnZeros(onnx, cancellationToken);
            var batching = PlanBatching(onnx, cancellationToken);
            var golden = CheckGolden(folder, onnx, Step, cancellationToken);
            var predictions = new PredictionCounters(folder.Descriptor, onnx.Outputs, metrics);
            var took = time.GetElapsedTime(started);
            metrics.ModelLoad.Set(took.TotalSeconds);
            var signature = new ModelSignature(onnx.Inputs, onnx.Outputs) { MaxTensor = options.MaxTensor?.Bytes ?? long.MaxValue };
            var served = new ServedModel(folder.Descriptor, onnx, signature, predictions) { Batching = batching };
            readiness.Model = new ModelState.Ready(served);
            LogReady(model.Name, model.Version, took.TotalSeconds, golden);
            AfterReady(served, folder, onnx, cancellationToken);
        }
        catch (Exception e)
        {
            onnx?.Dispose();
            if (e is OperationCanceledException && cancellationToken.IsCancellationRequested) return;
            var problem = ProblemOf(e);
            readiness.Model = new ModelState.Refused(model.Name, model.Version, problem);
            LogRefused(e is RefusedException or OnnxException ? null : e, model.Name, model.Version, problem.Code, problem.ToString());
        }

        void Step(string step) => readiness.Model = new ModelState.Loading(model.Name, model.Version, step);
    }

    // The model serves: nothing here may take it away again.
    private void AfterReady(ServedModel served, ModelFolder folder, OnnxModel onnx, CancellationToken cancellationToken)
    {
        try
        {
            served.Drift = new DriftSetup(metrics, time, log).Build(folder, onnx, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }

        OnnxRuntime.ReleaseLoadingPages();
    }

    private OnnxModel LoadOnnx(ModelFolder folder, Action<string> step)
    {
        step("loading the model file");
        var path = Need(folder.Resolve("model file", folder.Descriptor.File));
        return OnnxModel.Load(path, new OnnxOptions(processors.IntraOpThreads) { PlannedMemory = true });
    }

    private static void CheckLabels(ModelFolder folder, OnnxModel onnx)
    {
        foreach (var output in folder.Descriptor.Labels.Keys)
        {
            if (onnx.Outputs.Any(o => o.Name == output)) continue;
            throw new RefusedException(ServerProblems.LabelsUnknown(output, string.Join(", ", onnx.Outputs.Select(o => $"'{o.Name}'"))));
        }
    }

    private void RunOnZeros(OnnxModel onnx, CancellationToken cancellationToken)
    {
        try
        {
            onnx.Evaluate(WarmUp.Inputs(onnx.Inputs, 1), null, cancellationToken).Dispose();
        }
        catch (Exception e) when (e is OnnxException or OverflowException or ArgumentException)
        {
            // Zeros may be no sensible input of this model; whether it works is what the golden answers show.
            LogWarmUpFailed(e.Message);
        }
    }

    private BatchPlan? PlanBatching(OnnxModel onnx, CancellationToken cancellationToken)
    {
        var (plan, obstacle) = BatchPlanning.Decide(options, onnx, cancellationToken);
        try
        {
            if (plan is not null) BatchPlanning.WarmUp(plan, onnx, time, cancellationToken);
        }
        catch (Exception e) when (e is OnnxException or OverflowException or ArgumentException)
        {
            LogWarmUpFailed(e.Message);
        }

        // Only who asked for batches has to know.
        if (obstacle is not null) LogNotBatched(options.BatchSize is null ? LogLevel.Debug : LogLevel.Warning, obstacle);
        return plan;
    }

    private static int CheckGolden(ModelFolder folder, OnnxModel onnx, Action<string> step, CancellationToken cancellationToken)
    {
        if (folder.Descriptor.Golden is not { } golden) return 0;
        step("checking the golden answers");
        return Need(GoldenCheck.Run(golden, Need(folder.Resolve("golden file", golden)), onnx, cancellationToken));
    }

    private static T Need<T>(Result<T> result) => result.TryGet(out var value) ? value : throw new RefusedException(result.Problems[0]);

    private static Problem ProblemOf(Exception exception) => exception switch
    {
        RefusedException refused => refused.Problem,
        OnnxException onnx => ServerProblems.ModelRefused(onnx.Message, onnx.Remedy),
        _ => ServerProblems.ModelRefused($"Loading failed: {exception.Message}", "The server's log has the details."),
    };

    [LoggerMessage(2210, LogLevel.Information, "The model {Model} {Version} is ready after {Seconds} s; {GoldenCases} golden cases match.")]
    private partial void LogReady(string model, string version, double seconds, int goldenCases);

    [LoggerMessage(2211, LogLevel.Error, "The model {Model} {Version} is refused. {Reason}")]
    private partial void LogRefused(Exception? exception, string? model, string? version, string code, string reason);

    [LoggerMessage(2212, LogLevel.Warning, "The warm-up with zeros failed and the model is served all the same: {Reason}")]
    private partial void LogWarmUpFailed(string reason);

    [LoggerMessage(EventId = 2213, Message = "Each request is run by itself, since the model does not allow batches: {Reason}.")]
    private partial void LogNotBatched(LogLevel level, string reason);

    /// <summary>Carries the first problem to the one place that publishes it.</summary>
    private sealed class RefusedException(Problem problem) : Exception(problem.Message)
    {
        public Problem Problem { get; } = problem;
    }
}

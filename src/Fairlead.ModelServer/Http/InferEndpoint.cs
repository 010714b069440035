using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Metrics;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Running;
using Fairlead.ModelServer.Settings;
using Fairlead.Onnx;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fairlead.ModelServer.Http;

/// <summary>
/// One inference request: body → tensors → a free run → answer. With a run free all of it goes on the request's own thread.
/// The deadline counts from the request's header and covers every step.
/// </summary>
internal sealed partial class InferEndpoint(ServerOptions options, RunSlots slots, InFlight inFlight, ServerMetrics metrics, TimeProvider time, ILogger log)
{
    private const int ClientLeft = 499;

    /// <param name="limit">The longest that this request may take; at most the server's own limit.</param>
    public async Task HandleAsync(HttpContext context, Readiness readiness, IInferWire wire, TimeSpan limit)
    {
        var started = time.GetTimestamp();
        inFlight.Enter();
        var status = StatusCodes.Status500InternalServerError;
        using var deadline = new CancellationTokenSource(limit, time);
        await using var left = context.RequestAborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        try
        {
            status = await AnswerAsync(context, readiness, wire, deadline.Token);
        }
        catch (RequestRefusedException e)
        {
            status = await RefuseAsync(context, wire, e.Status, e.Message);
        }
        catch (OnnxException e) when (e.Failure == OnnxFailure.InvalidInput)
        {
            status = await RefuseAsync(context, wire, StatusCodes.Status400BadRequest, e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            status = ClientLeft;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            status = await RefuseAsync(context, wire, StatusCodes.Status504GatewayTimeout, $"The request was not answered within {Core.Units.Duration.Format(limit)}.");
        }
        catch (Exception e)
        {
            LogFailed(e, RequestIdentity.TraceOf(context), RequestIdentity.Of(context));
            status = await RefuseAsync(context, wire, StatusCodes.Status500InternalServerError, e is OnnxException ? e.Message : "The server failed; its log says why.");
        }
        finally
        {
            inFlight.Leave();
            if (status != StatusCodes.Status404NotFound)
            {
                // A request for another model (in gRPC its name is inside the message) is not this model's.
                metrics.Answered(status);
                metrics.RequestDuration.Observe(time.GetElapsedTime(started).TotalSeconds);
            }
        }
    }

    private async ValueTask<int> AnswerAsync(HttpContext context, Readiness readiness, IInferWire wire, CancellationToken deadline)
    {
        if (readiness.Model is not ModelState.Ready { Model: var model }) throw new RequestRefusedException(StatusCodes.Status503ServiceUnavailable, readiness.ReasonOfModel ?? "loading model");
        using var request = await wire.ReadAsync(context, model, deadline);
        using var answer = new PooledBuffer();
        await EnterAsync(context, deadline);
        Run(model, request, wire, answer, deadline);
        await wire.SendAsync(context, request, answer, readiness.Draining);
        return StatusCodes.Status200OK;
    }

    private async ValueTask EnterAsync(HttpContext context, CancellationToken deadline)
    {
        deadline.ThrowIfCancellationRequested();
        if (slots.TryEnter())
        {
            metrics.QueueDuration.Observe(0);
            return;
        }

        var queued = time.GetTimestamp();
        if (!await slots.EnterAsync(deadline))
        {
            LogOverloaded(slots.Waiting, RequestIdentity.Of(context));
            throw new RequestRefusedException(StatusCodes.Status503ServiceUnavailable, $"Overloaded: {options.Queue} requests wait already. Come again later.");
        }

        metrics.QueueDuration.Observe(time.GetElapsedTime(queued).TotalSeconds);
    }

    /// <summary>Runs the model and writes the answer while its outputs lie in ONNX Runtime's memory; leaves the slot.</summary>
    private void Run(ServedModel model, InferRequest request, IInferWire wire, PooledBuffer answer, CancellationToken deadline)
    {
        OnnxOutputs outputs;
        try
        {
            deadline.ThrowIfCancellationRequested();
            var started = time.GetTimestamp();
            outputs = model.Run(request.Inputs!, request.Outputs, deadline);
            metrics.InferenceDuration.Observe(time.GetElapsedTime(started).TotalSeconds);
            metrics.BatchSize.Observe(1);
        }
        finally
        {
            slots.Leave();
        }

        using (outputs)
        {
            wire.Write(answer, model, request, outputs);
            model.Predictions.Count(outputs);
        }
    }

    private static async ValueTask<int> RefuseAsync(HttpContext context, IInferWire wire, int status, string message)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer is out: the client must see a cut, not a short 200.
            context.Abort();
            return status;
        }

        try
        {
            await wire.RefuseAsync(context, status, message);
            return status;
        }
        catch (OperationCanceledException)
        {
            return ClientLeft;
        }
    }

    [LoggerMessage(2230, LogLevel.Error, "A request failed through the server's own fault.")]
    private partial void LogFailed(Exception exception, string? traceId, string? requestId);

    [LoggerMessage(2231, LogLevel.Debug, "A request was refused: {Waiting} wait already.")]
    private partial void LogOverloaded(int waiting, string? requestId);
}

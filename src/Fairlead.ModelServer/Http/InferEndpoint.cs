using Fairlead.ModelServer.Hosting;
using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Metrics;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Running;
using Fairlead.ModelServer.Watching;
using Fairlead.Onnx;
using Fairlead.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fairlead.ModelServer.Http;

/// <summary>
/// One inference request: body → tensors → a free run → answer. With a run free all of it goes on the request's own thread,
/// but for long runs, which have threads of their own.
/// The deadline counts from the request's header and covers every step.
/// </summary>
internal sealed partial class InferEndpoint(RunQueue runs, InFlight inFlight, ServerMetrics metrics, RequestWatcher? watcher, RequestDeadlines deadlines, ILogger log)
{
    private const int ClientLeft = 499;

    // What is smaller has mostly come with its header.
    private const int SmallBody = 16 << 10;

    // Some 50 µs of JSON, and other connections do not wait for more.
    private const int MostElementsInPlace = 1024;

    /// <param name="limit">The longest that this request may take; at most the server's own limit.</param>
    public async Task HandleAsync(HttpContext context, Readiness readiness, IInferWire wire, TimeSpan limit)
    {
        inFlight.Enter();
        var status = StatusCodes.Status500InternalServerError;
        using var deadline = deadlines.Start(limit, context);
        if (watcher is not null) wire = watcher.Begin(context, wire);
        try
        {
            status = await AnswerAsync(context, readiness, wire, deadline);
        }
        catch (RequestRefusedException e)
        {
            if (e.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable) LogRefused(context, e);
            status = await RefuseAsync(context, wire, e.Status, e.Message, e.RetryAfter);
        }
        catch (OnnxException e) when (e.Failure == OnnxFailure.InvalidInput)
        {
            status = await RefuseAsync(context, wire, StatusCodes.Status400BadRequest, e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            status = ClientLeft;
        }
        catch (OperationCanceledException) when (deadline.Passed)
        {
            status = await RefuseAsync(context, wire, StatusCodes.Status504GatewayTimeout, $"The request was not answered within {Core.Units.Duration.Format(limit)}.");
        }
        catch (Exception e)
        {
            var request = RequestIdentity.Of(context);
            LogFailed(e, request.RequestId, request.TraceId, request.SpanId);
            status = await RefuseAsync(context, wire, StatusCodes.Status500InternalServerError, e is OnnxException ? e.Message : "The server failed; its log says why.");
        }
        finally
        {
            inFlight.Leave();
            watcher?.End(wire, status, deadline.Elapsed);
            if (status != StatusCodes.Status404NotFound)
            {
                // A request for another model (in gRPC its name is inside the message) is not this model's.
                metrics.Answered(status);
                metrics.RequestDuration.Observe(deadline.Elapsed.TotalSeconds);
            }
        }
    }

    private async ValueTask<int> AnswerAsync(HttpContext context, Readiness readiness, IInferWire wire, RequestDeadline deadline)
    {
        if (readiness.Model is not ModelState.Ready { Model: var model }) throw new RequestRefusedException(StatusCodes.Status503ServiceUnavailable, readiness.ReasonOfModel ?? "loading model");
        using var request = await ReadAsync(context, model, wire, deadline);
        using var answer = new PooledBuffer();
        using (var outputs = await runs.RunAsync(model, request, deadline))
        {
            if (PollLoop.Current is not null && ElementsOf(outputs) > MostElementsInPlace) await PollingThread.LeaveAsync();

            // Written while the outputs lie in ONNX Runtime's memory.
            wire.Write(answer, model, request, outputs);
            model.Observe(request.Inputs, outputs);
        }

        await wire.SendAsync(context, request, answer, readiness.Draining);
        return StatusCodes.Status200OK;
    }

    private static long ElementsOf(OnnxOutputs outputs)
    {
        var all = 0L;
        for (var i = 0; i < outputs.Count; i++)
        {
            var (elements, shape) = (1L, outputs[i].Shape);
            for (var d = 0; d < shape.Count; d++) elements *= shape[d];
            all += elements;
        }

        return all;
    }

    /// <summary>Under overload a large body is not read to be refused then: that would take from those that are answered.</summary>
    private ValueTask<InferRequest> ReadAsync(HttpContext context, ServedModel model, IInferWire wire, RequestDeadline deadline) =>
        context.Request.ContentLength <= SmallBody ? wire.ReadAsync(context, model, deadline) : ReadAnnouncedAsync(context, model, wire, deadline);

    private async ValueTask<InferRequest> ReadAnnouncedAsync(HttpContext context, ServedModel model, IInferWire wire, RequestDeadline deadline)
    {
        var announced = runs.Announce(deadline);
        try
        {
            return await wire.ReadAsync(context, model, deadline);
        }
        finally
        {
            runs.Arrived(announced);
        }
    }

    private static async ValueTask<int> RefuseAsync(HttpContext context, IInferWire wire, int status, string message, TimeSpan? retryAfter = null)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer is out: the client must see a cut, not a short 200.
            context.Abort();
            return status;
        }

        try
        {
            await wire.RefuseAsync(context, status, message, retryAfter);
            return status;
        }
        catch (OperationCanceledException)
        {
            return ClientLeft;
        }
    }

    private void LogRefused(HttpContext context, RequestRefusedException refused)
    {
        if (!log.IsEnabled(LogLevel.Debug)) return;
        var request = RequestIdentity.Of(context);
        LogRefused(refused.Status, refused.Message, request.RequestId, request.TraceId, request.SpanId);
    }

    [LoggerMessage(2230, LogLevel.Error, "A request failed through the server's own fault.")]
    private partial void LogFailed(Exception exception, string requestId, string? traceId, string? spanId);

    [LoggerMessage(2231, LogLevel.Debug, "A request was refused with {Status}: {Reason}")]
    private partial void LogRefused(int status, string reason, string requestId, string? traceId, string? spanId);
}

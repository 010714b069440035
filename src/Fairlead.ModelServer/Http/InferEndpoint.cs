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

    public async Task HandleAsync(HttpContext context, Readiness readiness)
    {
        var started = time.GetTimestamp();
        inFlight.Enter();
        var status = StatusCodes.Status500InternalServerError;
        using var deadline = new CancellationTokenSource(options.Timeout, time);
        await using var left = context.RequestAborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        try
        {
            status = await AnswerAsync(context, readiness, deadline.Token);
        }
        catch (RequestRefusedException e)
        {
            status = await RefuseAsync(context, e.Status, e.Message);
        }
        catch (OnnxException e) when (e.Failure == OnnxFailure.InvalidInput)
        {
            status = await RefuseAsync(context, StatusCodes.Status400BadRequest, e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            status = ClientLeft;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            status = await RefuseAsync(context, StatusCodes.Status504GatewayTimeout, $"The request was not answered within {Core.Units.Duration.Format(options.Timeout)}.");
        }
        catch (Exception e)
        {
            LogFailed(e, RequestIdentity.TraceOf(context), RequestIdentity.Of(context));
            status = await RefuseAsync(context, StatusCodes.Status500InternalServerError, e is OnnxException ? e.Message : "The server failed; its log says why.");
        }
        finally
        {
            inFlight.Leave();
            metrics.Answered(status);
            metrics.RequestDuration.Observe(time.GetElapsedTime(started).TotalSeconds);
        }
    }

    private async ValueTask<int> AnswerAsync(HttpContext context, Readiness readiness, CancellationToken deadline)
    {
        if (readiness.Model is not ModelState.Ready { Model: var model }) throw new RequestRefusedException(StatusCodes.Status503ServiceUnavailable, readiness.ReasonOfModel ?? "loading model");
        CheckHeaders(context.Request);
        using var body = new PooledBuffer();
        await RequestBody.ReadAsync(context.Request, body, options.MaxBody.Bytes, deadline);
        using var request = InferRequestReader.Read(body.Written.Span, model.Signature);
        using var answer = new PooledBuffer();
        await EnterAsync(context, deadline);
        Run(model, request, answer, deadline);

        if (readiness.Draining) context.Response.Headers.Connection = "close";
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, answer.Written);
        return StatusCodes.Status200OK;
    }

    private static void CheckHeaders(HttpRequest request)
    {
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity")
        {
            throw new RequestRefusedException(StatusCodes.Status415UnsupportedMediaType, $"The body is encoded as '{encoding}'; send it as it is.");
        }

        if (request.Headers.ContainsKey("Inference-Header-Content-Length") || request.ContentType?.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase) == true)
        {
            throw new RequestRefusedException(StatusCodes.Status415UnsupportedMediaType, "This server does not take binary tensors; send them as JSON.");
        }
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
    private void Run(ServedModel model, InferRequest request, PooledBuffer answer, CancellationToken deadline)
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
            InferResponseWriter.Write(answer, model, request.Id, outputs);
            model.Observe(request.Inputs, outputs);
        }
    }

    private static async ValueTask<int> RefuseAsync(HttpContext context, int status, string message)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer is out: the client must see a cut, not a short 200.
            context.Abort();
            return status;
        }

        try
        {
            await JsonAnswer.ErrorAsync(context, status, message);
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

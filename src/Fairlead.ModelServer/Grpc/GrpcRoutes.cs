using Fairlead.ModelServer.Http;
using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Running;
using Fairlead.ModelServer.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Fairlead.ModelServer.Grpc;

/// <summary>What answers a gRPC call. Errors are gRPC's; inference takes the same way as over REST.</summary>
internal sealed partial class GrpcRoutes(ServerOptions options, Readiness readiness, InferEndpoint infer, InferenceService inference, HealthService health, TimeProvider time, ILogger log)
{
    public const string Inference = "inference.GRPCInferenceService";
    private readonly GrpcInferWire _wire = new(options);

    private delegate void Method(ReadOnlySpan<byte> message, PooledBuffer answer);

    public async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
        {
            await JsonAnswer.ErrorAsync(context, StatusCodes.Status415UnsupportedMediaType, "Only gRPC is spoken here; REST has an address of its own.");
            return;
        }

        GrpcAnswer.Begin(context);

        // The message's own length is checked against the limit; Kestrel's limit would count the framing too.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        var timeout = context.Request.Headers["grpc-timeout"].ToString();
        if (GrpcTimeout.TryRead(timeout, options.Timeout, out var limit)) await DispatchAsync(context, limit);
        else GrpcAnswer.Fail(context, GrpcStatus.InvalidArgument, $"The grpc-timeout '{timeout}' is not up to eight digits and a unit.");
    }

    private Task DispatchAsync(HttpContext context, TimeSpan limit) => context.Request.Path.Value switch
    {
        "/inference.GRPCInferenceService/ModelInfer" => infer.HandleAsync(context, readiness, _wire, limit),
        "/inference.GRPCInferenceService/ServerLive" => CallAsync(context, limit, InferenceService.ServerLive),
        "/inference.GRPCInferenceService/ServerReady" => CallAsync(context, limit, inference.ServerReady),
        "/inference.GRPCInferenceService/ModelReady" => CallAsync(context, limit, inference.ModelReady),
        "/inference.GRPCInferenceService/ServerMetadata" => CallAsync(context, limit, InferenceService.ServerMetadata),
        "/inference.GRPCInferenceService/ModelMetadata" => CallAsync(context, limit, inference.ModelMetadata),
        "/inference.GRPCInferenceService/RepositoryIndex" => CallAsync(context, limit, inference.RepositoryIndex),
        "/grpc.health.v1.Health/Check" => CallAsync(context, limit, health.Check),
        "/grpc.health.v1.Health/Watch" => GuardAsync(context, limit, WatchAsync),
        _ => GuardAsync(context, limit, (_, _) => throw new RequestRefusedException(StatusCodes.Status501NotImplemented, $"There is no method {context.Request.Path} here.")),
    };

    private Task CallAsync(HttpContext context, TimeSpan limit, Method method) => GuardAsync(context, limit, async (http, deadline) =>
    {
        using var message = await GrpcMessage.ReadAsync(http.Request, options.MaxBody.Bytes, deadline);
        using var answer = new PooledBuffer();
        method(message.Bytes.Span, answer);
        await GrpcAnswer.SendAsync(http, answer);
    });

    /// <summary>The message must come in time; the watch itself goes on for as long as the caller wants.</summary>
    private async Task WatchAsync(HttpContext context, CancellationToken deadline)
    {
        using var message = await GrpcMessage.ReadAsync(context.Request, options.MaxBody.Bytes, deadline);
        await health.WatchAsync(context, message.Bytes);
    }

    private async Task GuardAsync(HttpContext context, TimeSpan limit, Func<HttpContext, CancellationToken, Task> call)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        await using var left = context.RequestAborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        try
        {
            await call(context, deadline.Token);
        }
        catch (RequestRefusedException e)
        {
            GrpcAnswer.Fail(context, GrpcStatuses.OfHttp(e.Status), e.Message);
        }
        catch (InvalidDataException e)
        {
            GrpcAnswer.Fail(context, GrpcStatus.InvalidArgument, $"The message is not valid protobuf: {e.Message}");
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested && deadline.IsCancellationRequested)
        {
            GrpcAnswer.Fail(context, GrpcStatus.DeadlineExceeded, $"The call was not answered within {Core.Units.Duration.Format(limit)}.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var request = RequestIdentity.Of(context);
            LogFailed(e, context.Request.Path.Value, request.RequestId, request.TraceId, request.SpanId);
            GrpcAnswer.Fail(context, GrpcStatus.Internal, "The server failed; its log says why.");
        }
    }

    [LoggerMessage(2233, LogLevel.Error, "The call {Path} failed.")]
    private partial void LogFailed(Exception exception, string? path, string requestId, string? traceId, string? spanId);
}

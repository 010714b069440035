using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Running;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Grpc;

/// <summary><c>grpc.health.v1.Health</c>: readiness for the server ("") and for the inference service by its name.</summary>
internal sealed class HealthService(Readiness readiness, CancellationToken stopping)
{
    // HealthCheckResponse.ServingStatus
    private const int Serving = 1;
    private const int NotServing = 2;
    private const int ServiceUnknown = 3;

    public void Check(ReadOnlySpan<byte> message, PooledBuffer answer)
    {
        var service = ServiceOf(message);
        if (!IsKnown(service)) throw new RequestRefusedException(StatusCodes.Status404NotFound, $"There is no service '{service}' here.");
        Write(answer, Status());
    }

    /// <summary>The state now and every change of it, until the caller leaves or the server stops.</summary>
    public async Task WatchAsync(HttpContext context, ReadOnlyMemory<byte> message)
    {
        var known = IsKnown(ServiceOf(message.Span));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var told = 0;
        try
        {
            while (true)
            {
                // Taken before the state is read, so that no change falls between.
                var changed = readiness.Changed;
                var status = known ? Status() : ServiceUnknown;
                if (status != told) await SendAsync(context, told = status);
                await changed.WaitAsync(end.Token);
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            GrpcAnswer.Fail(context, GrpcStatus.Unavailable, "The server stops.");
        }
    }

    private static async Task SendAsync(HttpContext context, int status)
    {
        using var answer = new PooledBuffer();
        Write(answer, status);
        await context.Response.BodyWriter.WriteAsync(answer.Written, context.RequestAborted);
    }

    private static void Write(PooledBuffer answer, int status)
    {
        ProtoWriter.Frame(answer).Number(1, status);
        ProtoWriter.EndFrame(answer);
    }

    private int Status() => readiness.Reason is null ? Serving : NotServing;

    private static bool IsKnown(string service) => service is "" or GrpcRoutes.Inference;

    private static string ServiceOf(ReadOnlySpan<byte> message)
    {
        var service = "";
        var proto = new ProtoReader(message);
        while (proto.TryReadTag(out var field, out var wire))
        {
            if (field == 1) service = proto.Text(wire);
            else proto.Skip(wire);
        }

        return service;
    }
}

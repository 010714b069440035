using System.Buffers;
using Microsoft.Extensions.Primitives;

namespace Fairlead.Gateway.Forwarding;

internal enum RelayOutcome
{
    Complete,

    /// <summary>The replica broke its answer off: the client must not take what it has for the whole.</summary>
    CutByReplica,
    Deadline,

    /// <summary>It left, or took too long to read.</summary>
    ClientGone,
}

/// <summary>Passes a replica's answer on, part by part as it comes.</summary>
internal sealed class AnswerRelay(TimeSpan stall, TimeProvider time)
{
    private const int BufferBytes = 16 * 1024;

    /// <param name="deadline">Cancelled by the route's timeout and by the client's leaving.</param>
    public async Task<RelayOutcome> PassOnAsync(HttpContext context, HttpResponseMessage answer, string requestId, CancellationToken deadline)
    {
        CopyHeaders(answer, context.Response);
        context.Response.Headers[HeaderRules.RequestId] = requestId;
        if (HttpMethods.IsHead(context.Request.Method) || answer.StatusCode is System.Net.HttpStatusCode.NoContent or System.Net.HttpStatusCode.NotModified) return RelayOutcome.Complete;
        var outcome = await CopyBodyAsync(context, answer, deadline);
        if (outcome != RelayOutcome.Complete) context.Abort();
        return outcome;
    }

    private static void CopyHeaders(HttpResponseMessage answer, HttpResponse response)
    {
        response.StatusCode = (int)answer.StatusCode;
        var connection = answer.Headers.NonValidated.TryGetValues("Connection", out var listed) ? new StringValues([.. listed]) : StringValues.Empty;
        foreach (var (name, values) in answer.Headers.NonValidated) Copy(name, values);
        foreach (var (name, values) in answer.Content.Headers.NonValidated) Copy(name, values);

        void Copy(string name, System.Net.Http.Headers.HeaderStringValues values)
        {
            if (!HeaderRules.PassesToClient(name, connection)) return;
            response.Headers[name] = values.Count == 1 ? new StringValues(values.ToString()) : new StringValues([.. values]);
        }
    }

    private async Task<RelayOutcome> CopyBodyAsync(HttpContext context, HttpResponseMessage answer, CancellationToken deadline)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(deadline);
            while (true)
            {
                var read = await ReadAsync(body, buffer, deadline);
                if (read == 0) return RelayOutcome.Complete;
                if (read < 0) return context.RequestAborted.IsCancellationRequested ? RelayOutcome.ClientGone : RelayOutcome.CutByReplica;
                var writing = context.Response.Body.WriteAsync(buffer.AsMemory(0, read), deadline);
                if (!writing.IsCompletedSuccessfully) await writing.AsTask().WaitAsync(stall, time, deadline);
            }
        }
        catch (OperationCanceledException)
        {
            return context.RequestAborted.IsCancellationRequested ? RelayOutcome.ClientGone : RelayOutcome.Deadline;
        }
        catch (TimeoutException)
        {
            return RelayOutcome.ClientGone;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <returns>-1 when the replica broke off.</returns>
    private static async ValueTask<int> ReadAsync(Stream body, byte[] buffer, CancellationToken deadline)
    {
        try
        {
            return await body.ReadAsync(buffer, deadline);
        }
        catch (Exception e) when (e is IOException or HttpRequestException && !deadline.IsCancellationRequested)
        {
            return -1;
        }
    }
}

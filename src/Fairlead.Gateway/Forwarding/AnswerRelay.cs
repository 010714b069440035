using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Fairlead.Gateway.Replicas;
using Fairlead.Gateway.Retries;
using Fairlead.Sockets;
using Microsoft.AspNetCore.Http.Features;

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
/// <param name="stall">How long the client may take none of it.</param>
internal sealed class AnswerRelay(TimeSpan stall)
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<RelayOutcome> PassOnAsync(Exchange exchange, AnswerReader answer)
    {
        var context = exchange.Context;
        AnswerHeaders.Copy(answer.Head, answer.HeadBytesRead, context.Features.GetRequiredFeature<IHttpResponseFeature>(), exchange.Identity.RequestId);
        var client = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
        while (true)
        {
            var part = await answer.NextAsync(exchange.Stop);
            if (part.Step == BodyStep.Complete) return RelayOutcome.Complete;
            if (part.Step == BodyStep.Bytes && await WriteAsync(exchange, client.WriteAsync(part.Bytes, CancellationToken.None))) continue;
            context.Abort();
            return exchange.Stop.Reason == AttemptFailure.Deadline ? RelayOutcome.Deadline
                : part.Step == BodyStep.Cut ? RelayOutcome.CutByReplica
                : RelayOutcome.ClientGone;
        }
    }

    private ValueTask<bool> WriteAsync(Exchange exchange, ValueTask<FlushResult> writing) =>
        writing.IsCompletedSuccessfully ? new(!writing.Result.IsCompleted) : StallAsync(exchange, writing);

    /// <summary>The client's side is full: it has its time to make room.</summary>
    private async ValueTask<bool> StallAsync(Exchange exchange, ValueTask<FlushResult> writing)
    {
        var limit = new Deadline(static state => ((Interruption)state!).Interrupt(AttemptFailure.Client), exchange.Stop);
        exchange.Stop.Writes = true;
        exchange.Loop.Deadlines.Set(limit, stall);
        try
        {
            var flushed = await writing;
            return !flushed.IsCompleted;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            await exchange.Loop.EnterAsync();
            exchange.Loop.Deadlines.Clear(limit);
            exchange.Stop.Writes = false;
        }
    }
}

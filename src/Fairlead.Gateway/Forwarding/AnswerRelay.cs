using System.Runtime.CompilerServices;
using Fairlead.Gateway.Replicas;
using Fairlead.Gateway.Retries;

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
        var client = exchange.Client;
        client.BeginAnswer(answer.Head, answer.HeadBytesRead, exchange.Identity.RequestId);
        while (true)
        {
            var part = await answer.NextAsync(exchange.Stop);
            if (part.Step == BodyStep.Complete && await WriteAsync(exchange, client.EndAnswerAsync())) return RelayOutcome.Complete;
            if (part.Step == BodyStep.Bytes && await WriteAsync(exchange, client.WriteAsync(part.Bytes))) continue;
            client.Abort();
            return exchange.Stop.Reason == AttemptFailure.Deadline ? RelayOutcome.Deadline
                : part.Step == BodyStep.Cut ? RelayOutcome.CutByReplica
                : RelayOutcome.ClientGone;
        }
    }

    private ValueTask<bool> WriteAsync(Exchange exchange, ValueTask<bool> writing) => writing.IsCompleted ? writing : StallAsync(exchange, writing);

    /// <summary>The client's side is full: it has its time to make room.</summary>
    private async ValueTask<bool> StallAsync(Exchange exchange, ValueTask<bool> writing)
    {
        exchange.Stop.BeginWriting(stall);
        try
        {
            return await writing;
        }
        finally
        {
            await exchange.Loop.EnterAsync();
            exchange.Stop.EndWriting();
        }
    }
}

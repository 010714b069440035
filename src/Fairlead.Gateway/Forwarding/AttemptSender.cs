using System.Runtime.CompilerServices;
using Fairlead.Gateway.Health;
using Fairlead.Gateway.Replicas;
using Fairlead.Gateway.Retries;
using Fairlead.Gateway.Routing;

namespace Fairlead.Gateway.Forwarding;

/// <summary>Sends a request to one replica up to the answer's head, and tells the replica's health what came of it.</summary>
internal sealed class AttemptSender(TimeSpan connectTimeout, Ejection ejection)
{
    // Copied faster than the system takes two pieces.
    private const int SmallBody = 4096;

    /// <param name="fresh">On a connection that has carried nothing yet.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Attempt> SendAsync(Exchange exchange, RevisionPool pool, ReplicaState replica, bool fresh)
    {
        var stop = exchange.Stop;
        stop.Await(pool, replica, exchange.IsRepeatable ? exchange.Body : null);
        var connections = replica.Connections.On(exchange.Loop);
        var connection = fresh ? null : connections.Take(stop);
        if (connection is null)
        {
            (connection, var none, var why) = await connections.OpenAsync(connectTimeout, stop);
            if (connection is null) return Missed(exchange, pool, replica, none, why);
        }

        Send(exchange, replica, connection);
        exchange.OnSent();
        var failure = await connection.Answer.ReadHeadAsync(HttpMethods.IsHead(exchange.Client.Method), stop);
        stop.AwaitNoMore();
        if (failure == AttemptFailure.None)
        {
            Heard(replica, pool, connection.Answer.Head);
            return Attempt.Answered(connection);
        }

        var reason = connection.Answer.Reason;
        var stale = connection.IsReused && failure == AttemptFailure.Broken;
        await connection.EndAsync(stop);
        return Missed(exchange, pool, replica, failure, reason) with { WasStale = stale };
    }

    private static void Send(Exchange exchange, ReplicaState replica, ReplicaConnection connection)
    {
        var body = exchange.Body;
        var behind = body.IsHeld && body.Held.Length <= SmallBody ? body.Held : default;
        var head = RequestHead.Write(exchange, replica, body.Length, behind.Span);
        if (body.IsHeld) connection.Send(head, body.Held[behind.Length..]);
        else connection.Send(head, body, exchange.Stop);
    }

    private void Heard(ReplicaState replica, RevisionPool pool, AnswerHead head)
    {
        // 503 with Retry-After is a replica that protects itself: ejecting it would throw its load onto the others.
        if (head.Status < 500 || (head.Status == StatusCodes.Status503ServiceUnavailable && head.SaysRetryAfter)) replica.Health.Answered();
        else ejection.Failed(replica, pool, $"it answered {head.Status}");
    }

    private Attempt Missed(Exchange exchange, RevisionPool pool, ReplicaState replica, AttemptFailure failure, string reason)
    {
        exchange.Stop.AwaitNoMore();
        if (failure == AttemptFailure.Refused) ejection.Down(replica, reason);
        else if (failure is AttemptFailure.ConnectTimeout or AttemptFailure.Broken or AttemptFailure.Malformed) ejection.Failed(replica, pool, reason);
        else if (failure == AttemptFailure.Deadline) ejection.Failed(replica, pool, "no answer in time");
        return Attempt.Failed(failure, failure == AttemptFailure.Down ? "the replica does not answer its check" : reason);
    }
}

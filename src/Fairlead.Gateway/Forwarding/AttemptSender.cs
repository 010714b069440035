using Fairlead.Gateway.Health;
using Fairlead.Gateway.Retries;
using Fairlead.Gateway.Routing;

namespace Fairlead.Gateway.Forwarding;

/// <summary>Sends a request to one replica up to the answer's headers, and tells the replica's health what came of it.</summary>
internal sealed class AttemptSender(ReplicaClient client, Ejection ejection)
{
    public async Task<Attempt> SendAsync(HttpContext context, RequestTarget target, RevisionPool pool, ReplicaState replica, RequestBody body, RequestIdentity identity, CancellationToken deadline)
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        var waiting = new Waiting(attempt, pool, replica, RetryRules.IsRepeatable(KindOf(target), context.Request.Method) ? body : null);
        using var standing = replica.Health.Standing.UnsafeRegister(static state => ((Waiting)state!).GoElsewhere(), waiting);
        using var request = ReplicaRequest.Build(context, target, replica, body.ForAttempt(), identity);
        try
        {
            var answer = await client.SendAsync(request, attempt.Token);
            Heard(replica, pool, answer);
            return Attempt.Answered(answer);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            var failure = Classify(e, context, body, waiting, deadline);
            Missed(replica, pool, failure.Failure, failure.Reason, e);
            return failure;
        }
    }

    private static Core.Routing.RouteKind KindOf(in RequestTarget target) =>
        target.Kind == TargetKind.Service ? Core.Routing.RouteKind.Service : Core.Routing.RouteKind.Model;

    private static Attempt Classify(Exception e, HttpContext context, RequestBody body, Waiting waiting, CancellationToken deadline)
    {
        if (context.RequestAborted.IsCancellationRequested || body.ClientFault is not null) return Attempt.Failed(AttemptFailure.Client, "the client went away");
        if (ReplicaUnreachableException.In(e) is { } unreachable) return Attempt.Failed(unreachable.Refused ? AttemptFailure.Refused : AttemptFailure.ConnectTimeout, unreachable.Message);
        if (deadline.IsCancellationRequested) return Attempt.Failed(AttemptFailure.Deadline, "no answer in time");
        return waiting.Gone
            ? Attempt.Failed(AttemptFailure.Down, "the replica does not answer its check")
            : Attempt.Failed(AttemptFailure.Broken, e.InnerException?.Message ?? e.Message);
    }

    private void Heard(ReplicaState replica, RevisionPool pool, HttpResponseMessage answer)
    {
        var status = (int)answer.StatusCode;

        // 503 with Retry-After is a replica that protects itself: ejecting it would throw its load onto the others.
        if (status < 500 || (status == 503 && answer.Headers.NonValidated.Contains("Retry-After"))) replica.Health.Answered();
        else ejection.Failed(replica, pool, $"it answered {status}");
    }

    private void Missed(ReplicaState replica, RevisionPool pool, AttemptFailure failure, string reason, Exception e)
    {
        if (failure == AttemptFailure.Refused) ejection.Down(replica, reason);
        else if (failure is AttemptFailure.ConnectTimeout or AttemptFailure.Broken or AttemptFailure.Deadline) ejection.Failed(replica, pool, $"{reason} ({e.GetType().Name})");
    }

    /// <summary>A request that waits for a replica's answer.</summary>
    private sealed class Waiting(CancellationTokenSource attempt, RevisionPool pool, ReplicaState replica, RequestBody? repeatable)
    {
        private volatile bool _gone;

        public bool Gone => _gone;

        /// <summary>The replica went down: worth giving up on only when the request can go to another one.</summary>
        public void GoElsewhere()
        {
            if (repeatable is not { CanReplay: true } || !pool.HasOther(replica)) return;
            _gone = true;
            attempt.Cancel();
        }
    }
}

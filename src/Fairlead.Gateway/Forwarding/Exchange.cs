using System.Runtime.CompilerServices;
using Fairlead.Gateway.Balancing;
using Fairlead.Gateway.Holding;
using Fairlead.Gateway.Metrics;
using Fairlead.Gateway.Replicas;
using Fairlead.Gateway.Retries;
using Fairlead.Gateway.Routing;
using Fairlead.Sockets;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.Gateway.Forwarding;

/// <summary>
/// One client request, from its headers to the end of its answer, over as many attempts as it takes: all of it on the thread
/// of the loop that the client's connection belongs to.
/// </summary>
internal sealed class Exchange : IDisposable
{
    private readonly ForwardingServices _services;
    private readonly DeploymentModel _deployment;
    private List<ReplicaState>? _tried;
    private HeldRequest? _held;
    private bool _fresh;

    public Exchange(ForwardingServices services, HttpContext context, in RequestTarget target, DeploymentModel deployment)
    {
        (_services, Context, Target, _deployment) = (services, context, target, deployment);
        var client = context.Features.GetRequiredFeature<IPolledConnectionFeature>();
        Loop = client.Loop;
        Stop = new Interruption(context, client);
        Body = new RequestBody(context, Loop, services.Memory);
        Identity = RequestIdentity.Of(context.Request.Headers);
        IsRepeatable = RetryRules.IsRepeatable(deployment.Kind, context.Request.Method);
    }

    public HttpContext Context { get; }

    public RequestTarget Target { get; }

    public PollLoop Loop { get; }

    public Interruption Stop { get; }

    public RequestBody Body { get; }

    public RequestIdentity Identity { get; }

    /// <summary>Sending it twice does what sending it once does.</summary>
    public bool IsRepeatable { get; }

    /// <summary>The revision that answered; 0 when none did.</summary>
    public int Revision { get; private set; }

    /// <returns>The status for the metrics.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> RunAsync()
    {
        if (Context.Request.ContentLength > _deployment.MaxBodyBytes) return await AnswerAsync(413, $"The body is larger than the {_deployment.MaxBodyBytes} bytes that '{_deployment.Name}' accepts.");
        if (Context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = _deployment.MaxBodyBytes;

        // A connection's first request may begin on another thread.
        await Loop.EnterAsync();
        Stop.Begin(_deployment.Timeout);
        try
        {
            // Before its body is read: until there is somewhere to send it, the client keeps it.
            if (_deployment.Hold is not null && (_deployment.Holds || _deployment.State.Line.Count > 0) && await HoldAsync() is { } refused) return refused;
            var reading = Body.HoldAsync(Stop);
            if (!reading.IsCompleted) _held?.Pass();
            return await reading ? await AttemptAsync() : await ClientFaultAsync();
        }
        finally
        {
            _held?.Leave();
            Stop.End();
        }
    }

    /// <summary>It is on its way to a replica.</summary>
    public void OnSent() => _held?.Pass();

    public void Dispose() => Body.Dispose();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> AttemptAsync()
    {
        var last = Attempt.Failed(AttemptFailure.Refused, $"No replica of '{_deployment.Name}' takes requests.");
        for (var attempt = 1; ; attempt++)
        {
            if (Enter() is not var (pool, replica))
            {
                // The last replica left between the look at the routes and this one.
                if (attempt > 1 || _services.Book.Current.Find(_deployment.Name) is not { Holds: true }) return await GiveUpAsync(last);
                if (await HoldAsync() is { } refused) return refused;
                attempt = 0;
                continue;
            }

            try
            {
                if (attempt > 1) _deployment.State.Retries.Add();
                last = await _services.Sender.SendAsync(this, pool, replica, _fresh);
                if (last.RetryReason != AttemptFailure.None) NoteTried(replica, last);
                if (attempt < _services.Retries.MaxAttempts && MayRetry(last))
                {
                    last = await SetAsideAsync(last);
                    continue;
                }

                Revision = pool.Revision;
                return last.Answer is null ? await GiveUpAsync(last) : await PassOnAsync(last.Answer, pool, replica);
            }
            finally
            {
                replica.Leave();
            }
        }
    }

    /// <summary>Waits in line for a first replica.</summary>
    /// <returns>Null when it may go on, else the status of the answer that it has got.</returns>
    private async ValueTask<int?> HoldAsync()
    {
        var line = _deployment.State.Line;
        _held ??= new HeldRequest(line, Context.Request.ContentLength, Body.Length is not null);
        var answer = line.Join(_held);
        if (answer == HoldAnswer.Go) return null;
        if (answer == HoldAnswer.Full) return await AnswerAsync(503, GatewayProblems.HoldFull(_deployment.Name, line.Most).ToString());
        Stop.Held = _held;
        await _held.Turn;
        await Loop.EnterAsync();
        Stop.Held = null;
        return Stop.Reason switch
        {
            AttemptFailure.None => null,
            AttemptFailure.Deadline => await AnswerAsync(503, GatewayProblems.NoneStarted(_deployment.Name, _deployment.Timeout, _services.Book.Current.Find(_deployment.Name)?.Hold?.Trouble).ToString()),
            _ => GatewayStatus.ClientGone,
        };
    }

    /// <summary>Chooses a replica by the routes of this moment and counts the request in; null when there is none to try.</summary>
    private (RevisionPool Pool, ReplicaState Replica)? Enter()
    {
        while (Next() is var (pool, replica))
        {
            if (replica.TryEnter()) return (pool, replica);
        }

        return null;
    }

    private (RevisionPool Pool, ReplicaState Replica)? Next() =>
        _services.Book.Current.Find(_deployment.Name) is { } current ? Selection.Next(current, Target.Version, _tried, Random.Shared) : null;

    private void NoteTried(ReplicaState replica, in Attempt attempt)
    {
        (_tried ??= []).Add(replica);

        // RFC 9112, 9.3.1: a server may close an idle connection just when a request comes on it. Without another replica the same one is asked once more.
        if (!attempt.WasStale || _fresh || Next() is not null) return;
        _fresh = true;
        _tried.Remove(replica);
    }

    private bool MayRetry(in Attempt attempt) =>
        RetryRules.MayRetry(attempt.RetryReason, IsRepeatable, Body.CanReplay)
            && Stop.Reason is AttemptFailure.None or AttemptFailure.Down
            && Next() is not null
            && (!RetryRules.TakesFromBudget(attempt.RetryReason) || _deployment.State.Budget.TryWithdraw());

    private async ValueTask<Attempt> SetAsideAsync(Attempt attempt)
    {
        if (attempt.Answer is null) return attempt;
        attempt.Answer.Answer.Skip();
        await attempt.Answer.EndAsync(Stop);
        return Attempt.Failed(AttemptFailure.Unavailable, "it takes no requests now.");
    }

    private async ValueTask<int> PassOnAsync(ReplicaConnection connection, RevisionPool pool, ReplicaState replica)
    {
        var status = connection.Answer.Head.Status;
        RelayOutcome outcome;
        try
        {
            outcome = await _services.Relay.PassOnAsync(this, connection.Answer);
        }
        finally
        {
            await connection.EndAsync(Stop);
        }

        if (outcome == RelayOutcome.CutByReplica) _services.Ejection.Failed(replica, pool, "it broke its answer off");
        return outcome switch
        {
            RelayOutcome.Complete => status,
            RelayOutcome.CutByReplica => StatusCodes.Status502BadGateway,
            RelayOutcome.Deadline => StatusCodes.Status504GatewayTimeout,
            _ => GatewayStatus.ClientGone,
        };
    }

    private Task<int> GiveUpAsync(in Attempt attempt) => attempt.Failure switch
    {
        AttemptFailure.Client => ClientFaultAsync(),
        AttemptFailure.Deadline => AnswerAsync(504, $"'{_deployment.Name}' did not answer within {_deployment.Timeout.TotalMilliseconds} ms."),
        AttemptFailure.Broken => AnswerAsync(502, $"The replica broke the connection before it answered: {attempt.Reason}"),
        AttemptFailure.Malformed => AnswerAsync(502, $"The replica's answer cannot be passed on: {attempt.Reason}."),
        _ => AnswerAsync(503, $"'{_deployment.Name}' cannot answer now: {attempt.Reason}"),
    };

    private Task<int> ClientFaultAsync() => Body.ClientFault switch
    {
        BadHttpRequestException bad => AnswerAsync(bad.StatusCode, bad.Message),
        _ when Stop.Reason == AttemptFailure.Deadline =>
            AnswerAsync(408, $"The body did not arrive within the {_deployment.Timeout.TotalMilliseconds} ms that '{_deployment.Name}' gives a request."),
        _ => Task.FromResult(GatewayStatus.ClientGone),
    };

    private Task<int> AnswerAsync(int status, string error)
    {
        Context.Response.Headers[HeaderRules.RequestId] = Identity.RequestId;
        return OwnAnswer.ErrorAsync(Context, status, error, Context.RequestAborted);
    }
}

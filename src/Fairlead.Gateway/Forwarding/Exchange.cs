using Fairlead.Gateway.Balancing;
using Fairlead.Gateway.Health;
using Fairlead.Gateway.Metrics;
using Fairlead.Gateway.Retries;
using Fairlead.Gateway.Routing;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.Gateway.Forwarding;

/// <summary>One client request, from its headers to the end of its answer, over as many attempts as it takes.</summary>
internal sealed class Exchange : IDisposable
{
    private readonly ForwardingServices _services;
    private readonly HttpContext _context;
    private readonly RequestTarget _target;
    private readonly DeploymentModel _deployment;
    private readonly RequestBody _body;
    private readonly RequestIdentity _identity;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenRegistration _clientLeft;
    private List<ReplicaState>? _tried;

    public Exchange(ForwardingServices services, HttpContext context, in RequestTarget target, DeploymentModel deployment)
    {
        (_services, _context, _target, _deployment) = (services, context, target, deployment);
        _body = new RequestBody(context, services.Memory);
        _identity = RequestIdentity.Of(context.Request.Headers);
        _deadline = new CancellationTokenSource(deployment.Timeout, services.Time);
        _clientLeft = context.RequestAborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _deadline);
    }

    /// <summary>The revision that answered; 0 when none did.</summary>
    public int Revision { get; private set; }

    /// <returns>The status for the metrics.</returns>
    public async Task<int> RunAsync()
    {
        if (_context.Request.ContentLength > _deployment.MaxBodyBytes) return await AnswerAsync(413, $"The body is larger than the {_deployment.MaxBodyBytes} bytes that '{_deployment.Name}' accepts.");
        if (_context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = _deployment.MaxBodyBytes;
        try
        {
            await _body.HoldAsync(_deadline.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return await ClientFaultAsync(e);
        }

        return await AttemptAsync();
    }

    public void Dispose()
    {
        _clientLeft.Dispose();
        _deadline.Dispose();
        _body.Dispose();
    }

    private async Task<int> AttemptAsync()
    {
        var last = Attempt.Failed(AttemptFailure.Refused, $"No replica of '{_deployment.Name}' takes requests.");
        for (var attempt = 1; ; attempt++)
        {
            if (Enter() is not var (pool, replica)) return await GiveUpAsync(last);
            try
            {
                if (attempt > 1) _deployment.State.Retries.Add();
                last = await _services.Sender.SendAsync(_context, _target, pool, replica, _body, _identity, _deadline.Token);
                if (last.RetryReason != AttemptFailure.None) (_tried ??= []).Add(replica);
                if (attempt < _services.Retries.MaxAttempts && MayRetry(last))
                {
                    last.Answer?.Dispose();
                    if (last.Answer is not null) last = Attempt.Failed(AttemptFailure.Unavailable, "it takes no requests now.");
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

    /// <summary>Chooses a replica by the routes of this moment and counts the request in; null when there is none to try.</summary>
    private (RevisionPool Pool, ReplicaState Replica)? Enter()
    {
        while (_services.Book.Current.Find(_deployment.Name) is { } current && Selection.Next(current, _target.Version, _tried, Random.Shared) is var (pool, replica))
        {
            if (replica.TryEnter()) return (pool, replica);
        }

        return null;
    }

    private bool MayRetry(Attempt attempt)
    {
        var repeatable = RetryRules.IsRepeatable(_deployment.Kind, _context.Request.Method);
        return RetryRules.MayRetry(attempt.RetryReason, repeatable, _body.CanReplay)
            && !_deadline.IsCancellationRequested
            && _services.Book.Current.Find(_deployment.Name) is { } current && Selection.Next(current, _target.Version, _tried, Random.Shared) is not null
            && (!RetryRules.TakesFromBudget(attempt.RetryReason) || _deployment.State.Budget.TryWithdraw());
    }

    private async Task<int> PassOnAsync(HttpResponseMessage answer, RevisionPool pool, ReplicaState replica)
    {
        using (answer)
        {
            var outcome = await _services.Relay.PassOnAsync(_context, answer, _identity.RequestId, _deadline.Token);
            if (outcome == RelayOutcome.CutByReplica) _services.Ejection.Failed(replica, pool, "it broke its answer off");
            return outcome switch
            {
                RelayOutcome.Complete => (int)answer.StatusCode,
                RelayOutcome.CutByReplica => StatusCodes.Status502BadGateway,
                RelayOutcome.Deadline => StatusCodes.Status504GatewayTimeout,
                _ => GatewayStatus.ClientGone,
            };
        }
    }

    private Task<int> GiveUpAsync(Attempt attempt) => attempt.Failure switch
    {
        AttemptFailure.Client => ClientFaultAsync(_body.ClientFault),
        AttemptFailure.Deadline => AnswerAsync(504, $"'{_deployment.Name}' did not answer within {_deployment.Timeout.TotalMilliseconds} ms."),
        AttemptFailure.Broken => AnswerAsync(502, $"The replica broke the connection before it answered: {attempt.Reason}"),
        _ => AnswerAsync(503, $"'{_deployment.Name}' cannot answer now: {attempt.Reason}"),
    };

    private Task<int> ClientFaultAsync(Exception? fault) => fault switch
    {
        BadHttpRequestException bad => AnswerAsync(bad.StatusCode, bad.Message),
        OperationCanceledException when !_context.RequestAborted.IsCancellationRequested =>
            AnswerAsync(408, $"The body did not arrive within the {_deployment.Timeout.TotalMilliseconds} ms that '{_deployment.Name}' gives a request."),
        _ => Task.FromResult(GatewayStatus.ClientGone),
    };

    private Task<int> AnswerAsync(int status, string error)
    {
        _context.Response.Headers[HeaderRules.RequestId] = _identity.RequestId;
        return OwnAnswer.ErrorAsync(_context, status, error, _context.RequestAborted);
    }
}

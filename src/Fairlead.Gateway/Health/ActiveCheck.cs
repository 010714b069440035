using System.Net;
using Fairlead.Gateway.Routing;

namespace Fairlead.Gateway.Health;

/// <summary>What one question to a replica came to.</summary>
/// <param name="Reason">Null when it is healthy.</param>
internal readonly record struct CheckResult(string? Reason, bool Refused, bool TimedOut)
{
    public static CheckResult Healthy => default;
}

/// <summary>Asks a replica whether it is ready, on a connection of its own.</summary>
internal sealed class ActiveCheck(CheckClient client, HealthOptions options, TimeProvider time)
{
    public async Task<CheckResult> AskAsync(ReplicaState replica, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.CheckTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return replica.ReadyPath.Length == 0 ? await ConnectAsync(replica, either.Token) : await GetAsync(replica, either.Token);
        }
        catch (Exception e) when (ReplicaUnreachableException.In(e) is { } unreachable)
        {
            return new CheckResult($"no connection: {unreachable.Message}", unreachable.Refused, !unreachable.Refused);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new CheckResult($"no answer to its check within {options.CheckTimeout.TotalMilliseconds} ms", false, TimedOut: true);
        }
        catch (HttpRequestException e)
        {
            return new CheckResult($"its check broke: {e.InnerException?.Message ?? e.Message}", false, false);
        }
    }

    private async Task<CheckResult> GetAsync(ReplicaState replica, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{replica.Address}{replica.ReadyPath}") { Version = HttpVersion.Version11 };
        request.Headers.ConnectionClose = true;
        using var answer = await client.SendAsync(request, cancellationToken);
        return answer.IsSuccessStatusCode ? CheckResult.Healthy : new CheckResult($"its check was answered {(int)answer.StatusCode}", false, false);
    }

    private async Task<CheckResult> ConnectAsync(ReplicaState replica, CancellationToken cancellationToken)
    {
        var address = new Uri($"http://{replica.Address}/");
        await using var connection = await client.ConnectAsync(new DnsEndPoint(address.IdnHost, address.Port), cancellationToken);
        return CheckResult.Healthy;
    }
}

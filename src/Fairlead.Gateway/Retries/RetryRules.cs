using Fairlead.Core.Routing;

namespace Fairlead.Gateway.Retries;

/// <summary>Whether a request may be sent again: decided from facts alone, the budget asked last by the caller.</summary>
internal static class RetryRules
{
    /// <param name="repeatable">Sending it twice does what sending it once does.</param>
    /// <param name="replayable">Its body can be sent again from the start.</param>
    public static bool MayRetry(AttemptFailure failure, bool repeatable, bool replayable) => failure switch
    {
        AttemptFailure.Refused or AttemptFailure.ConnectTimeout => replayable,
        AttemptFailure.Broken or AttemptFailure.Down or AttemptFailure.Unavailable => replayable && repeatable,
        _ => false,
    };

    /// <summary>A refused connection cost no replica anything, and the replica is out at once: there cannot be many.</summary>
    public static bool TakesFromBudget(AttemptFailure failure) => failure is not AttemptFailure.Refused;

    /// <summary>Inference changes nothing, so all of a model's requests may be repeated; a service's by RFC 9110, 9.2.2.</summary>
    public static bool IsRepeatable(RouteKind kind, string method) =>
        kind == RouteKind.Model || method is "GET" or "HEAD" or "PUT" or "DELETE" or "OPTIONS";
}

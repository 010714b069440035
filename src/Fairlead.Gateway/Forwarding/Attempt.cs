using Fairlead.Gateway.Replicas;
using Fairlead.Gateway.Retries;

namespace Fairlead.Gateway.Forwarding;

/// <summary>What sending a request to one replica came to: a connection with an answer's head, or why there is none.</summary>
/// <param name="WasStale">The connection had been idle and broke: it says more about the connection than about the replica.</param>
internal readonly record struct Attempt(ReplicaConnection? Answer, AttemptFailure Failure, string Reason, bool WasStale = false)
{
    /// <summary>503 and 429 are answers, but ones that another replica may better.</summary>
    public AttemptFailure RetryReason =>
        Answer is { Answer.Head.Status: StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests } ? AttemptFailure.Unavailable : Failure;

    public static Attempt Answered(ReplicaConnection answer) => new(answer, AttemptFailure.None, "");

    public static Attempt Failed(AttemptFailure failure, string reason) => new(null, failure, reason);
}

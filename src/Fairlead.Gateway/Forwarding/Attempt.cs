using Fairlead.Gateway.Retries;

namespace Fairlead.Gateway.Forwarding;

/// <summary>What sending a request to one replica came to: an answer's headers, or why there is none.</summary>
internal readonly record struct Attempt(HttpResponseMessage? Answer, AttemptFailure Failure, string Reason)
{
    public static Attempt Answered(HttpResponseMessage answer) => new(answer, AttemptFailure.None, "");

    public static Attempt Failed(AttemptFailure failure, string reason) => new(null, failure, reason);

    /// <summary>503 is an answer, but one that another replica may better.</summary>
    public AttemptFailure RetryReason => Answer is { StatusCode: System.Net.HttpStatusCode.ServiceUnavailable } ? AttemptFailure.Unavailable : Failure;
}

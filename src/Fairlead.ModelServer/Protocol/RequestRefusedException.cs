namespace Fairlead.ModelServer.Protocol;

/// <summary>A request that is answered with an error; the message goes to the client. Caught once, by the endpoint.</summary>
internal sealed class RequestRefusedException(int status, string message) : Exception(message)
{
    public RequestRefusedException(string message)
        : this(StatusCodes.Status400BadRequest, message)
    {
    }

    public int Status { get; } = status;

    /// <summary>When it makes sense to come again; null for the usual second.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

namespace Fairlead.ModelServer.Grpc;

/// <summary>gRPC's status codes, as far as this server gives them.</summary>
internal enum GrpcStatus
{
    Ok = 0,
    Cancelled = 1,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    ResourceExhausted = 8,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
}

internal static class GrpcStatuses
{
    /// <summary>What gRPC says for the HTTP status that the rest of the server speaks in.</summary>
    public static GrpcStatus OfHttp(int status) => status switch
    {
        StatusCodes.Status200OK => GrpcStatus.Ok,
        StatusCodes.Status400BadRequest => GrpcStatus.InvalidArgument,
        StatusCodes.Status404NotFound => GrpcStatus.NotFound,
        StatusCodes.Status408RequestTimeout or StatusCodes.Status504GatewayTimeout => GrpcStatus.DeadlineExceeded,
        StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests => GrpcStatus.ResourceExhausted,
        StatusCodes.Status499ClientClosedRequest => GrpcStatus.Cancelled,
        StatusCodes.Status501NotImplemented => GrpcStatus.Unimplemented,
        StatusCodes.Status503ServiceUnavailable => GrpcStatus.Unavailable,
        _ => GrpcStatus.Internal,
    };
}

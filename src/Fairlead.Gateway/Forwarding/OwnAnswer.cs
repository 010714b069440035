using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Fairlead.Gateway.Forwarding;

/// <param name="Error">The protocol's error object.</param>
internal sealed record ErrorBody(string Error);

internal sealed record ServerMetadata(string Name, string Version, IReadOnlyList<string> Extensions);

/// <param name="State"><c>READY</c> or <c>UNAVAILABLE</c>.</param>
internal sealed record RepositoryEntry(string Name, string Version, string State, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(ServerMetadata))]
[JsonSerializable(typeof(IReadOnlyList<RepositoryEntry>))]
internal sealed partial class OwnJson : JsonSerializerContext;

/// <summary>Answers that the gateway gives itself.</summary>
internal static class OwnAnswer
{
    public static async Task<int> ErrorAsync(HttpContext context, int status, string error, CancellationToken cancellationToken)
    {
        if (status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = "1";
        await JsonAsync(context, status, new ErrorBody(error), OwnJson.Default.ErrorBody, cancellationToken);
        return status;
    }

    public static async Task JsonAsync<T>(HttpContext context, int status, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body, cancellationToken);
    }

    public static Task EmptyAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using Fairlead.ModelServer.Running;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Http;

/// <summary>Answers that are not on the hot path, and errors.</summary>
internal static class JsonAnswer
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer, Options)) write(json);
        await WriteAsync(context, status, buffer.Written);
    }

    public static async Task WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        await SendAsync(context, body);
    }

    /// <summary>No token: Kestrel ends the write when the connection ends, and making one for every answer costs more than the write.</summary>
    public static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> body) => await context.Response.BodyWriter.WriteAsync(body, CancellationToken.None);

    /// <summary>The protocol's error object. 429 and 503 say when to come again.</summary>
    public static Task ErrorAsync(HttpContext context, int status, string message, TimeSpan? retryAfter = null)
    {
        if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
        {
            context.Response.Headers.RetryAfter = (retryAfter?.TotalSeconds ?? 1).ToString("0", System.Globalization.CultureInfo.InvariantCulture);
        }

        if (status == StatusCodes.Status415UnsupportedMediaType && ContentCoding.Of(context.Request) is not null) context.Response.Headers.AcceptEncoding = ContentCoding.Accepted;
        return WriteAsync(context, status, json =>
        {
            json.WriteStartObject();
            json.WriteString("error", message);
            json.WriteEndObject();
        });
    }

    /// <summary>Why the server is not ready; <c>"refused": true</c> tells that waiting does not help, since the model itself is refused.</summary>
    public static Task NotReadyAsync(HttpContext context, string reason, bool refused)
    {
        if (!refused) return ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, reason);
        return WriteAsync(context, StatusCodes.Status503ServiceUnavailable, json =>
        {
            json.WriteStartObject();
            json.WriteString("error", reason);
            json.WriteBoolean("refused", true);
            json.WriteEndObject();
        });
    }

    public static Task NotAllowedAsync(HttpContext context, string allow)
    {
        context.Response.Headers.Allow = allow;
        return ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, $"{context.Request.Method} is not allowed here; use {allow}.");
    }
}

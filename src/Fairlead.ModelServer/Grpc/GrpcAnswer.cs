using System.Globalization;
using System.Text;
using Fairlead.ModelServer.Running;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Grpc;

/// <summary>Answers in gRPC's form: a message with the status in the trailers, or the status alone.</summary>
internal static class GrpcAnswer
{
    private const string ContentType = "application/grpc";

    public static void Begin(HttpContext context)
    {
        context.Response.ContentType = ContentType;
        context.Response.Headers["grpc-accept-encoding"] = "identity,gzip";
    }

    public static async Task SendAsync(HttpContext context, PooledBuffer frame)
    {
        // Declared before the last write: the trailers then go out with the end of the stream.
        context.Response.AppendTrailer("grpc-status", "0");
        await context.Response.BodyWriter.WriteAsync(frame.Written, context.RequestAborted);
    }

    /// <summary>"Trailers-Only": the status among the headers, where nothing was sent yet; else behind the messages.</summary>
    public static void Fail(HttpContext context, GrpcStatus status, string message)
    {
        var (code, text) = (((int)status).ToString(CultureInfo.InvariantCulture), PercentEncode(message));
        if (context.Response.HasStarted)
        {
            context.Response.AppendTrailer("grpc-status", code);
            context.Response.AppendTrailer("grpc-message", text);
            return;
        }

        context.Response.Headers["grpc-status"] = code;
        context.Response.Headers["grpc-message"] = text;
    }

    /// <summary>gRPC over HTTP/2, "Percent-Encoded": printable ASCII but '%' stays.</summary>
    public static string PercentEncode(string message)
    {
        var encoded = new StringBuilder(message.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(message))
        {
            if (octet is >= 0x20 and <= 0x7E and not (byte)'%') encoded.Append((char)octet);
            else encoded.Append('%').Append(octet.ToString("X2", CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }
}

using Fairlead.Gateway.Replicas;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Fairlead.Gateway.Forwarding;

/// <summary>A replica's headers, as the client gets them.</summary>
internal static class AnswerHeaders
{
    /// <param name="bytes">What the head's places count into.</param>
    public static void Copy(AnswerHead head, ReadOnlySpan<byte> bytes, IHttpResponseFeature response, string requestId)
    {
        var headers = response.Headers;
        var texts = TextCache.OfThread;
        response.StatusCode = head.Status;
        var connection = head.NamesHeaders ? Connection(head, bytes) : StringValues.Empty;
        foreach (var header in head.Headers)
        {
            var name = texts.Text(bytes.Slice(header.Name, header.NameLength));
            if (!HeaderRules.PassesToClient(name, connection) || name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase)) continue;
            var value = texts.Text(bytes.Slice(header.Value, header.ValueLength));
            headers[name] = headers.TryGetValue(name, out var before) ? StringValues.Concat(before, value) : value;
        }

        // RFC 9110, 8.6: 204 has none, whatever the replica says.
        if (head.Length >= 0 && head.Status != StatusCodes.Status204NoContent) headers.ContentLength = head.Length;
        headers[HeaderRules.RequestId] = requestId;
    }

    private static StringValues Connection(AnswerHead head, ReadOnlySpan<byte> bytes)
    {
        var listed = StringValues.Empty;
        foreach (var header in head.Headers)
        {
            var name = TextCache.OfThread.Text(bytes.Slice(header.Name, header.NameLength));
            if (name.Equals(HeaderNames.Connection, StringComparison.OrdinalIgnoreCase)) listed = StringValues.Concat(listed, TextCache.OfThread.Text(bytes.Slice(header.Value, header.ValueLength)));
        }

        return listed;
    }
}

using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Fairlead.Engines.Docker.Api;

internal static class JsonBody
{
    /// <summary>Of a known length: Podman refuses a chunked body.</summary>
    public static ByteArrayContent Of<T>(T body, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}

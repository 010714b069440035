using System.Globalization;
using System.Net;
using System.Text;
using Fairlead.ModelServer.Tests.Hosting;

namespace Fairlead.ModelServer.Tests.Http;

/// <summary>Sends and takes apart bodies of the binary tensor extension.</summary>
internal static class BinaryRequests
{
    public const string HeaderLength = "Inference-Header-Content-Length";

    /// <param name="header">What the header says; null for the truth, empty for no header.</param>
    public static async Task<HttpResponseMessage> SendAsync(TestServer server, string json, byte[] bytes, string? header = null)
    {
        var head = Encoding.UTF8.GetBytes(json);
        using var content = new ByteArrayContent([.. head, .. bytes]);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
        if (header != "") content.Headers.TryAddWithoutValidation(HeaderLength, header ?? head.Length.ToString(CultureInfo.InvariantCulture));
        return await server.Client.PostAsync("/v2/models/m/infer", content);
    }

    public static async Task<(string Json, byte[] Bytes)> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsByteArrayAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, Encoding.UTF8.GetString(body));
        var length = int.Parse(response.Headers.GetValues(HeaderLength).Single(), CultureInfo.InvariantCulture);
        return (Encoding.UTF8.GetString(body, 0, length), body[length..]);
    }
}

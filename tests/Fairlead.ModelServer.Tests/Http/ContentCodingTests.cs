using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Fairlead.ModelServer.Tests.Hosting;

namespace Fairlead.ModelServer.Tests.Http;

public sealed class ContentCodingTests : OnDoublingServer
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("GZIP")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("identity")]
    public async Task PackedBody_IsAnsweredAsOneSentAsItIs(string coding)
    {
        using var response = await SendAsync(coding, Pack(coding, Encoding.UTF8.GetBytes(Good)));
        (await response.Content.ReadAsStringAsync()).ShouldContain("\"data\":[3,-4]");
    }

    [Fact]
    public async Task PackedBinaryTensors_LieAsTheirHeaderSays()
    {
        const string header = """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":8}}]}""";
        byte[] body = [.. Encoding.UTF8.GetBytes(header), .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f)];
        using var response = await SendAsync("gzip", Pack("gzip", body), content => content.Headers.Add("Inference-Header-Content-Length", $"{header.Length}"));
        (await response.Content.ReadAsStringAsync()).ShouldContain("\"data\":[3,-4]");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task BodyThatUnpacksPastTheLimit_Is413AndOneThatUnpacksToItIsRead(string coding)
    {
        var atLimit = Encoding.UTF8.GetBytes(Good + new string(' ', (int)Limit.Bytes - Good.Length));
        using var read = await SendAsync(coding, Pack(coding, atLimit));
        read.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var above = await SendAsync(coding, Pack(coding, [.. atLimit, (byte)' ']));
        above.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await TestServer.ErrorOf(above)).ShouldContain("64KiB");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task BodyThatIsNotWhatItsCodingSays_Is400AndTheNextIsServed(string coding)
    {
        var packed = Pack(coding, Encoding.UTF8.GetBytes(Good));
        foreach (var body in new[] { Encoding.UTF8.GetBytes(Good), packed[..^3], packed[..2], [] })
        {
            using var response = await SendAsync(coding, body);
            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, await response.Content.ReadAsStringAsync());
            (await TestServer.ErrorOf(response)).ShouldNotBeEmpty();
        }

        (await Server.OutputsAsync(Good)).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, gzip")]
    [InlineData("gzip,br")]
    public async Task OtherCoding_Is415WithThoseThatAreTaken(string coding)
    {
        using var response = await SendAsync(coding, [1, 2, 3]);
        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        response.Headers.GetValues("Accept-Encoding").ShouldBe(["gzip, deflate, br"]);
        (await TestServer.ErrorOf(response)).ShouldContain(coding);
    }

    [Fact]
    public async Task RepositoryIndex_TakesThemToo()
    {
        using var response = await SendAsync("gzip", Pack("gzip", "{\"ready\":true}"u8.ToArray()), path: "/v2/repository/index");
        JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetArrayLength().ShouldBe(1);
    }

    private async Task<HttpResponseMessage> SendAsync(string coding, byte[] body, Action<HttpContent>? prepare = null, string path = "/v2/models/m/infer")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Encoding", coding);
        prepare?.Invoke(content);
        return await Server.Client.PostAsync(path, content);
    }

    private static byte[] Pack(string coding, byte[] body)
    {
        var packed = new MemoryStream();
        using (Stream packing = coding.ToLowerInvariant() switch
        {
            "gzip" or "x-gzip" => new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true),
            "deflate" => new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true),
            "br" => new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true),
            _ => packed,
        })
        {
            packing.Write(body);
        }

        return packed.ToArray();
    }
}

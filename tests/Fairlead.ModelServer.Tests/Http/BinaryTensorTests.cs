using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Http;

/// <summary>The binary tensor extension, over real sockets.</summary>
public sealed class BinaryTensorTests : IAsyncLifetime
{
    private const string X = """{"name":"x","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":8} }""";
    private static readonly byte[] Values = MemoryMarshal.AsBytes<float>([1.5f, -2]).ToArray();

    private readonly PackedFolder _folder = PackedFolder.Of(TinyModels.Double());
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(_folder.Path);

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task BinaryInput_IsAnsweredInJsonUnlessAskedOtherwise()
    {
        using var response = await BinaryRequests.SendAsync(_server, $$"""{"inputs":[{{X}}]}""", Values);
        response.Headers.Contains(BinaryRequests.HeaderLength).ShouldBeFalse();
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"model_name":"m","model_version":"1.0.0","outputs":[{"name":"y","datatype":"FP32","shape":[1,2],"data":[3,-4]}]}""");
    }

    [Theory]
    [InlineData("per output", """ "outputs":[{"name":"y","parameters":{"binary_data":true} }]""")]
    [InlineData("for the request", """ "parameters":{"binary_data_output":true}""")]
    [InlineData("named output follows the request", """ "parameters":{"binary_data_output":true},"outputs":[{"name":"y"}]""")]
    public async Task BinaryOutput_FollowsTheJson(string label, string asked)
    {
        using var response = await BinaryRequests.SendAsync(_server, $$"""{"id":"7",{{asked}},"inputs":[{{X}}]}""", Values);
        var (json, bytes) = await BinaryRequests.ReadAsync(response);
        json.ShouldBe("""{"id":"7","model_name":"m","model_version":"1.0.0","outputs":[{"name":"y","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":8}}]}""", label);
        MemoryMarshal.Cast<byte, float>(bytes).ToArray().ShouldBe([3, -4]);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/octet-stream");
    }

    [Fact]
    public async Task OutputThatSaysNo_IsJsonThoughTheRequestSaysBinary()
    {
        using var response = await BinaryRequests.SendAsync(_server, $$"""{"parameters":{"binary_data_output":true},"outputs":[{"name":"y","parameters":{"binary_data":false} }],"inputs":[{{X}}]}""", Values);
        (await response.Content.ReadAsStringAsync()).ShouldContain("\"data\":[3,-4]");
    }

    [Fact]
    public async Task NaNAndInfinity_PassBitForBit()
    {
        byte[] bits = [0x01, 0x00, 0xC0, 0x7F, 0x00, 0x00, 0x80, 0xFF];
        using var response = await BinaryRequests.SendAsync(_server, $$"""{"parameters":{"binary_data_output":true},"inputs":[{{X}}]}""", bits);
        var (_, bytes) = await BinaryRequests.ReadAsync(response);
        float.IsNaN(MemoryMarshal.Cast<byte, float>(bytes)[0]).ShouldBeTrue();
        MemoryMarshal.Cast<byte, float>(bytes)[1].ShouldBe(float.NegativeInfinity);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task RawBody_IsTheOneInputAndItsBatchFollowsFromTheLength(int rows)
    {
        var body = Enumerable.Repeat(Values, rows).SelectMany(v => v).ToArray();
        using var response = await BinaryRequests.SendAsync(_server, "", body);
        var (json, bytes) = await BinaryRequests.ReadAsync(response);
        JsonElement.Parse(json).GetProperty("outputs")[0].GetProperty("shape").GetRawText().ShouldBe($"[{rows},2]");
        MemoryMarshal.Cast<byte, float>(bytes).ToArray().ShouldBe(Enumerable.Repeat(new[] { 3f, -4f }, rows).SelectMany(v => v));
    }

    [Fact]
    public async Task RawText_IsOneElementWithoutALength()
    {
        using var folder = PackedFolder.Of(TinyModels.Identity(OnnxBuilder.String));
        await using var server = await TestServer.StartAsync(folder.Path);
        using var response = await BinaryRequests.SendAsync(server, "", "é!"u8.ToArray());
        var (_, bytes) = await BinaryRequests.ReadAsync(response);
        bytes.ShouldBe([3, 0, 0, 0, .. "é!"u8]);
    }

    [Theory]
    [InlineData("the JSON is longer than the body", "9999", $$"""{"inputs":[{{X}}]}""", 8, "the body has")]
    [InlineData("the JSON is cut", "20", $$"""{"inputs":[{{X}}]}""", 8, "not valid JSON")]
    [InlineData("a negative length", "-1", $$"""{"inputs":[{{X}}]}""", 8, "no whole number")]
    [InlineData("no number", "x", $$"""{"inputs":[{{X}}]}""", 8, "no whole number")]
    [InlineData("more bytes than a number holds", "99999999999", $$"""{"inputs":[{{X}}]}""", 8, "no whole number")]
    [InlineData("too few bytes behind the JSON", null, $$"""{"inputs":[{{X}}]}""", 7, "7 bytes of the body are left")]
    [InlineData("no bytes behind the JSON", null, $$"""{"inputs":[{{X}}]}""", 0, "0 bytes of the body are left")]
    [InlineData("too many bytes behind the JSON", null, $$"""{"inputs":[{{X}}]}""", 9, "1 bytes follow")]
    [InlineData("a size other than the shape's", null, """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":4} }]}""", 4, "'x' is 8 bytes")]
    [InlineData("a negative size", null, """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":-8} }]}""", 8, "binary_data_size")]
    [InlineData("a size beyond 32 bits", null, """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":4294967304} }]}""", 8, "binary_data_size")]
    [InlineData("a huge shape", null, """{"inputs":[{"name":"x","datatype":"FP32","shape":[2147483648,2],"parameters":{"binary_data_size":8} }]}""", 8, "more elements than the request holds")]
    [InlineData("data and bytes", null, """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2],"parameters":{"binary_data_size":8} }]}""", 8, "both")]
    [InlineData("wrong datatype", null, """{"inputs":[{"name":"x","datatype":"INT32","shape":[1,2],"parameters":{"binary_data_size":8} }]}""", 8, "'x' is FP32")]
    [InlineData("unknown tensor", null, """{"inputs":[{"name":"z","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":8} }]}""", 8, "no input 'z'")]
    [InlineData("tensor twice", null, $$"""{"inputs":[{{X}},{{X}}]}""", 16, "'x' is given twice")]
    [InlineData("raw bytes that are no whole rows", "0", "", 12, "no whole number")]
    [InlineData("a body of bytes without the header", "", "", 8, "Inference-Header-Content-Length")]
    public async Task LengthsThatLie_Are400AndTheNextRequestIsServed(string label, string? header, string json, int bytes, string reason)
    {
        using (var response = await BinaryRequests.SendAsync(_server, json, [.. Enumerable.Repeat(Values, 3).SelectMany(v => v).Take(bytes)], header))
        {
            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, label);
            (await TestServer.ErrorOf(response)).ShouldContain(reason);
        }

        using var next = await BinaryRequests.SendAsync(_server, $$"""{"inputs":[{{X}}]}""", Values);
        next.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("a length past the end", new byte[] { 2, 0, 0, 0, 65 })]
    [InlineData("a length of four billion", new byte[] { 255, 255, 255, 255, 65 })]
    [InlineData("a cut length", new byte[] { 1, 0, 0 })]
    [InlineData("more texts than the shape says", new byte[] { 1, 0, 0, 0, 65, 1, 0, 0, 0, 65 })]
    public async Task TextsWhoseLengthsLie_Are400(string label, byte[] bytes)
    {
        using var folder = PackedFolder.Of(TinyModels.Identity(OnnxBuilder.String));
        await using var server = await TestServer.StartAsync(folder.Path);
        var json = $$"""{"inputs":[{"name":"x","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":{{bytes.Length}}} }]}""";
        using var response = await BinaryRequests.SendAsync(server, json, bytes);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, label);
        (await TestServer.ErrorOf(response)).ShouldContain("'x'");
    }

    [Fact]
    public async Task ByteThatIsNoBool_Is400()
    {
        using var folder = PackedFolder.Of(TinyModels.Identity(9));
        await using var server = await TestServer.StartAsync(folder.Path);
        using var response = await BinaryRequests.SendAsync(server, "", [0, 1, 2]);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task TwoInputs_TakeTheirBytesInTheOrderOfTheRequest()
    {
        using var folder = PackedFolder.Of(TinyModels.Loop());
        await using var server = await TestServer.StartAsync(folder.Path);
        var bytes = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, 40);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), 2);
        using var response = await BinaryRequests.SendAsync(
            server, """{"inputs":[{"name":"x","datatype":"INT64","shape":[1],"parameters":{"binary_data_size":8}},{"name":"steps","datatype":"INT64","shape":[],"parameters":{"binary_data_size":8}}]}""", bytes);
        (await response.Content.ReadAsStringAsync()).ShouldContain("\"data\":[42]");
        using var raw = await BinaryRequests.SendAsync(server, "", bytes);
        (await TestServer.ErrorOf(raw)).ShouldContain("2 inputs");
    }
}

using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Http;

public sealed class EveryDatatypeTests
{
    [Theory]
    [InlineData(9, "BOOL", "[true,false]")]
    [InlineData(2, "UINT8", "[0,255]")]
    [InlineData(4, "UINT16", "[0,65535]")]
    [InlineData(12, "UINT32", "[0,4294967295]")]
    [InlineData(13, "UINT64", "[0,18446744073709551615]")]
    [InlineData(3, "INT8", "[-128,127]")]
    [InlineData(5, "INT16", "[-32768,32767]")]
    [InlineData(6, "INT32", "[-2147483648,2147483647]")]
    [InlineData(7, "INT64", "[-9223372036854775808,9223372036854775807]")]
    [InlineData(10, "FP16", "[0.5,-65504]")]
    [InlineData(1, "FP32", "[0.1,3.4028235E+38]")]
    [InlineData(11, "FP64", "[0.1,1.7976931348623157E+308]")]
    [InlineData(8, "BYTES", "[\"\",\"é \\\" \\n\"]")]
    public async Task ValuesComeBackThroughTheModelAsTheyWent(int elementType, string datatype, string data)
    {
        using var folder = PackedFolder.Of(TinyModels.Identity(elementType));
        await using var server = await TestServer.StartAsync(folder.Path);
        var outputs = await server.OutputsAsync($$"""{"inputs":[{"name":"x","datatype":"{{datatype}}","shape":[2],"data":{{data}}}]}""");
        outputs["y"].GetProperty("datatype").GetString().ShouldBe(datatype);
        outputs["y"].GetProperty("data").GetRawText().ShouldBe(data);
    }
}

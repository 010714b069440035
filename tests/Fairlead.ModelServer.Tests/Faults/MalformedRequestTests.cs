using System.Net;
using System.Text;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Faults;

/// <summary>Requests that no proper client sends, to a process of its own: each is told what is wrong, and the process serves the next.</summary>
public sealed class MalformedRequestTests(MalformedRequestTests.Server fixture) : IClassFixture<MalformedRequestTests.Server>
{
    private const string X = """{"name":"x","datatype":"FP32","shape":[1,2],"data":[1.5,-2]}""";
    private const string Good = $$"""{"inputs":[{{X}}]}""";
    private const int Deep = 10_000;

    private readonly ServerProcess _server = fixture.Process;

    [Theory]
    [InlineData("truncated", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1.5""", "not valid JSON")]
    [InlineData("no JSON", "hello", "not valid JSON")]
    [InlineData("empty", "", "not valid JSON")]
    [InlineData("an array", "[]", "not a JSON object")]
    [InlineData("NaN", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[NaN,0]}]}""", "not valid JSON")]
    [InlineData("infinity", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[-Infinity,0]}]}""", "not valid JSON")]
    [InlineData("more than the datatype holds", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1e39,0]}]}""", "1e39")]
    [InlineData("inputs twice", $$"""{"inputs":[{{X}}],"inputs":[{{X}}]}""", "twice")]
    [InlineData("data twice", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2],"data":[3,4]}]}""", "'x'")]
    [InlineData("trailing bytes", $$"""{"inputs":[{{X}}]} {}""", "not valid JSON")]
    [InlineData("a byte order mark", "\ufeff" + Good, "not valid JSON")]
    [InlineData("half a surrogate pair", $$"""{"id":"\ud800","inputs":[{{X}}]}""", "'id'")]
    [InlineData("a shape that is not the data's", """{"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2]}]}""", "'x'")]
    [InlineData("a negative shape", """{"inputs":[{"name":"x","datatype":"FP32","shape":[-1,2],"data":[1,2]}]}""", "'shape'")]
    [InlineData("a shape that overflows", """{"inputs":[{"name":"x","datatype":"FP32","shape":[2147483648,2147483648],"data":[1]}]}""", "'x'")]
    [InlineData("another datatype", """{"inputs":[{"name":"x","datatype":"INT64","shape":[1,2],"data":[1,2]}]}""", "'x'")]
    [InlineData("no datatype of the protocol", """{"inputs":[{"name":"x","datatype":"FLOAT","shape":[1,2],"data":[1,2]}]}""", "'FLOAT'")]
    [InlineData("a tensor without a name", """{"inputs":[{"datatype":"FP32","shape":[1,2],"data":[1,2]}]}""", "no 'name'")]
    [InlineData("a tensor missing", """{"inputs":[]}""", "'x' is missing")]
    [InlineData("an unknown tensor", """{"inputs":[{"name":"z","datatype":"FP32","shape":[1,2],"data":[1,2]}]}""", "'z'")]
    [InlineData("a tensor twice", $$"""{"inputs":[{{X}},{{X}}]}""", "'x' is given twice")]
    public async Task WrongRequest_Is400WithTheReasonAndTheNextIsServed(string label, string json, string reason) => await RefusedAsync(label, Encoding.UTF8.GetBytes(json), reason);

    [Theory]
    [InlineData("in a text", "{\"id\":\"\u00ff\",\"inputs\":[]}")]
    [InlineData("in a key", "{\"\u00ff\":1}")]
    [InlineData("outside", "\u00ff")]
    public async Task BadUtf8_Is400(string label, string latin) => await RefusedAsync(label, Encoding.Latin1.GetBytes(latin), "");

    [Theory]
    [InlineData("arrays", "", "[", "]")]
    [InlineData("objects", "", "{\"a\":", "}")]
    [InlineData("under an unknown key", "{\"zzz\":", "[", "]")]
    [InlineData("in a tensor's data", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":""", "[", "]")]
    [InlineData("in data that comes first", """{"inputs":[{"data":""", "[", "]")]
    [InlineData("in parameters", "{\"parameters\":{\"a\":", "{\"b\":", "}")]
    public async Task TenThousandLevels_Are400AndTheProcessLives(string label, string before, string open, string close)
    {
        await RefusedAsync(label, Encoding.ASCII.GetBytes(before + string.Concat(Enumerable.Repeat(open, Deep))), "");
        await RefusedAsync(label, Encoding.ASCII.GetBytes(before + string.Concat(Enumerable.Repeat(open, Deep)) + "1" + string.Concat(Enumerable.Repeat(close, Deep))), "");
    }

    [Theory]
    [InlineData("[2147483648,2147483648]")]
    [InlineData("[4611686018427387904,4]")]
    [InlineData("[9223372036854775807,2]")]
    [InlineData("[268435456,2]")]
    public async Task ShapeThatClaimsMoreThanThereIs_Is400BeforeMemoryIsTakenForIt(string shape)
    {
        var json = Encoding.ASCII.GetBytes($$"""{"inputs":[{"name":"x","datatype":"FP32","shape":{{shape}},"data":[1,2]}]}""");
        await RefusedAsync(shape, json, "'x'");
        _server.ForgetHighest();
        var before = _server.MemoryOf("VmRSS");
        for (var i = 0; i < 20; i++) await RefusedAsync(shape, json, "'x'");
        (_server.MemoryOf("VmHWM") - before).ShouldBeLessThan(64 << 10, "kilobytes; the smallest shape claims 2 GiB");
    }

    private async Task RefusedAsync(string label, byte[] body, string reason)
    {
        using var content = new ByteArrayContent(body);
        using var response = await _server.Client.PostAsync("/v2/models/m/infer", content);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, label);
        (await TestServer.ErrorOf(response)).ShouldContain(reason, Case.Sensitive, label);
        using var good = new StringContent(Good);
        using var next = await _server.Client.PostAsync("/v2/models/m/infer", good);
        next.StatusCode.ShouldBe(HttpStatusCode.OK, label);
        _server.Process.HasExited.ShouldBeFalse(label);
    }

    public sealed class Server : IAsyncLifetime
    {
        private readonly PackedFolder _folder = PackedFolder.Of(TinyModels.Double());

        internal ServerProcess Process { get; private set; } = null!;

        public async Task InitializeAsync() => Process = await ServerProcess.StartAsync(_folder.Path);

        public async Task DisposeAsync()
        {
            await Process.DisposeAsync();
            _folder.Dispose();
        }
    }
}

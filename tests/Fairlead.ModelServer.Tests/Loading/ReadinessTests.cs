using System.Net;
using System.Text;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.Models;
using Fairlead.Testing.SharedData;

namespace Fairlead.ModelServer.Tests.Loading;

public sealed class ReadinessTests
{
    private const string Golden = """{"tolerance":1e-4,"cases":[{"name":"one","request":{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]},"response":{"outputs":[{"name":"y","datatype":"FP32","shape":[1,2],"data":[[2,4.00001]]}]}},{"name":"two","request":{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[3,4]}]},"response":{"outputs":[{"name":"y","datatype":"FP32","shape":[1,2],"data":[6,EXPECTED]}]}}]}""";

    [Fact]
    public async Task GoldenAnswersThatMatch_MakeTheServerReady()
    {
        using var folder = PackedFolder.Of(TinyModels.Double(), golden: Golden.Replace("EXPECTED", "8", StringComparison.Ordinal));
        await using var server = await TestServer.StartAsync(folder.Path);
        foreach (var path in new[] { "/readyz", "/v2/health/ready", "/v2/models/m/ready", "/v2/models/m/versions/1.0.0/ready", "/livez", "/v2/health/live" })
        {
            using var response = await server.Client.GetAsync(path);
            response.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        }

        server.Log.ShouldContain("\"golden_cases\":2");
    }

    [Theory]
    [InlineData("another answer", "8.1", "FL2215", "case 'two', output 'y' element 1: expected 8.1, got 8.")]
    [InlineData("too many", "8,9", "FL2111", "does not fit 3 elements")]
    [InlineData("a text", "\"8\"", "FL2215", "element 1: expected \"8\", got 8")]
    [InlineData("no JSON", "]", "FL2110", "golden.json")]
    public async Task GoldenAnswersThatDoNot_KeepItOutWithTheReason(string label, string expected, string code, string reason) =>
        await RefusedAsync(PackedFolder.Of(TinyModels.Double(), golden: Golden.Replace("EXPECTED", expected, StringComparison.Ordinal)), label, code, reason);

    [Theory]
    [InlineData("empty", "")]
    [InlineData("a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0000000000000000000000000000000000000000000000000000000000000000\nsize 10\n")]
    [InlineData("no ONNX", "hello, this is no model at all")]
    public async Task ModelFileThatIsNone_IsRefusedInPlainWords(string label, string content) =>
        await RefusedAsync(PackedFolder.Of(Encoding.ASCII.GetBytes(content)), label, "FL2214", "model.onnx");

    [Fact]
    public async Task TruncatedModel_IsRefused() => await RefusedAsync(PackedFolder.Of(TinyModels.Double()[..40]), "truncated", "FL2214", "model.onnx");

    [Fact]
    public async Task TooNewOpset_IsRefused() =>
        await RefusedAsync(PackedFolder.Of(new OnnxBuilder().Opset("", 99).Node("Identity", ["x"], ["y"]).Input("x", OnnxBuilder.Float, 1).Output("y", OnnxBuilder.Float, 1).Build()), "opset", "FL2214", "99");

    [SharedDataFact("models/sklearn/pipeline_tfidf.onnx")]
    public async Task ModelThatOnnxRuntimeRefuses_IsRefusedWithItsReason() =>
        await RefusedAsync(PackedFolder.Of(await File.ReadAllBytesAsync(SharedFiles.PathOf("models/sklearn/pipeline_tfidf.onnx"))), "tfidf", "FL2214", "locale");

    [Theory]
    [InlineData("../model.onnx", "FL2212")]
    [InlineData("a/../../model.onnx", "FL2212")]
    [InlineData("/etc/passwd", "FL2212")]
    [InlineData("link-out", "FL2212")]
    [InlineData("folder-out/passwd", "FL2212")]
    [InlineData("loop", "FL2214")]
    [InlineData("missing.onnx", "FL2213")]
    [InlineData("", "FL2211")]
    public async Task ModelPathThatLeavesTheFolder_IsRefused(string file, string code)
    {
        var folder = PackedFolder.Of(TinyModels.Double(), d => d with { File = file });
        File.CreateSymbolicLink(folder.PathOf("link-out"), "/etc/passwd");
        File.CreateSymbolicLink(folder.PathOf("folder-out"), "/etc");
        File.CreateSymbolicLink(folder.PathOf("loop"), "loop");
        await RefusedAsync(folder, file, code, file.Length > 0 ? file : "fairlead-model.json");
    }

    [Fact]
    public async Task LinkInsideTheFolder_IsFollowed()
    {
        using var folder = PackedFolder.Of(TinyModels.Double(), d => d with { File = "current/model.onnx" });
        Directory.CreateDirectory(folder.PathOf("v1"));
        File.Move(folder.PathOf("model.onnx"), folder.PathOf("v1/model.onnx"));
        File.CreateSymbolicLink(folder.PathOf("current"), "v1");
        await using var server = await TestServer.StartAsync(folder.Path);
        (await server.Client.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task ExternalDataOutsideTheFolder_IsRefused() =>
        await RefusedAsync(PackedFolder.Of(TinyModels.WithExternalData("../../weights.bin")), "external data", "FL2214", "weights.bin");

    [Fact]
    public async Task GoldenFileOutsideTheFolder_IsRefused() =>
        await RefusedAsync(PackedFolder.Of(TinyModels.Double(), d => d with { Golden = "../golden.json" }), "golden", "FL2212", "golden file");

    [Fact]
    public async Task LabelsOfAnOutputThatIsNone_AreRefused() =>
        await RefusedAsync(PackedFolder.Of(TinyModels.Double(), d => d with { Labels = new Dictionary<string, IReadOnlyList<string>> { ["z"] = ["a"] } }), "labels", "FL2217", "'z'");

    [Fact]
    public async Task FolderWithoutADescriptor_IsRefused()
    {
        var folder = PackedFolder.Of(TinyModels.Double());
        File.Delete(folder.PathOf("fairlead-model.json"));
        await RefusedAsync(folder, "no descriptor", "FL2210", "fairlead-model.json");
    }

    [Fact]
    public async Task DescriptorThatIsNoJson_IsRefused()
    {
        var folder = PackedFolder.Of(TinyModels.Double());
        await File.WriteAllTextAsync(folder.PathOf("fairlead-model.json"), "{");
        await RefusedAsync(folder, "bad descriptor", "FL2211", "fairlead-model.json");
    }

    [Fact]
    public async Task DescriptorWithTheThreeNamesAlone_IsEnough()
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await File.WriteAllTextAsync(folder.PathOf("fairlead-model.json"), """{"name":"m","version":"1","file":"model.onnx"}""");
        await using var server = await TestServer.StartAsync(folder.Path);
        (await server.Client.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task RefusedAsync(PackedFolder folder, string label, string code, string reason)
    {
        using var _ = folder;
        await using var server = await TestServer.StartAsync(folder.Path);
        foreach (var path in new[] { "/v2/health/ready", "/readyz", "/v2/models/m/ready", "/v2/models/m" })
        {
            using var response = await server.Client.GetAsync(path);
            response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, $"{label} {path}");
            var error = await TestServer.ErrorOf(response);
            error.ShouldContain(code, Case.Sensitive, label);
            error.ShouldContain(reason, Case.Sensitive, label);
        }

        using var ready = await server.Client.GetAsync("/v2/health/ready");
        (await ready.Content.ReadAsStringAsync()).ShouldContain("\"refused\":true", Case.Sensitive, "waiting does not help");
        (await server.RefusedAsync("{}")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await server.Client.GetAsync("/livez")).StatusCode.ShouldBe(HttpStatusCode.OK);
        server.Log.ShouldContain(code);
    }
}

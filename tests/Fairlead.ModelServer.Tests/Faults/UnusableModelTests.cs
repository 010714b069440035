using System.Net;
using System.Text;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Faults;

/// <summary>A process of its own whose model is none: it lives, is not ready, and says why.</summary>
public sealed class UnusableModelTests
{
    public static TheoryData<string, byte[], string> Models => new()
    {
        { "corrupt", [.. TinyModels.Double()[..20], .. new byte[100]], "model.onnx" },
        { "cut short", TinyModels.Double()[..40], "model.onnx" },
        { "empty", [], "empty" },
        { "a Git LFS pointer", Encoding.ASCII.GetBytes("version https://git-lfs.github.com/spec/v1\noid sha256:0000000000000000000000000000000000000000000000000000000000000000\nsize 10\n"), "Git LFS" },
        { "of a too new opset", new OnnxBuilder().Opset("", 99).Node("Identity", ["x"], ["y"]).Input("x", OnnxBuilder.Float, 1).Output("y", OnnxBuilder.Float, 1).Build(), "opset" },
        { "refused by ONNX Runtime", new OnnxBuilder().Node("NoSuchOperator", ["x"], ["y"]).Input("x", OnnxBuilder.Float, 1).Output("y", OnnxBuilder.Float, 1).Build(), "NoSuchOperator" },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public async Task TheProcessLivesIsNotReadyAndSaysWhy(string label, byte[] model, string reason)
    {
        using var folder = PackedFolder.Of(model);
        await using var server = await ServerProcess.StartAsync(folder.Path);
        using var ready = await server.Client.GetAsync("/v2/health/ready");
        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, label);
        (await TestServer.ErrorOf(ready)).ShouldContain(reason, Case.Sensitive, label);
        (await server.Client.GetAsync("/livez")).StatusCode.ShouldBe(HttpStatusCode.OK, label);
        (await server.LineAsync(2211)).GetProperty("reason").GetString()!.ShouldContain(reason, Case.Sensitive, label);
        server.Process.HasExited.ShouldBeFalse(label);
    }
}

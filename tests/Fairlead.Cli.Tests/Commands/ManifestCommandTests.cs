using Fairlead.Testing.Http;
using Fairlead.Testing.Models;

namespace Fairlead.Cli.Tests.Commands;

/// <summary>Commands that begin with a model or manifest on disk.</summary>
public sealed class ManifestCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Init_WritesAManifestThatPlanCanUse()
    {
        await using var server = await StubServer.StartAsync(_ => (200, """
            {"deployment":"tiny","engine":"process","current_revision":1,"revision":2,"changes":["model.file: a → b"],"steps":[{"action":"start","replica":"tiny-2-aaaaa","detail":"new"},{"action":"stop","replica":"tiny-1-bbbbb","detail":"replaced"}]}
            """));
        WriteModel("m/tiny.onnx");

        (await _cli.RunAsync("init", "m/tiny.onnx")).ShouldBe(0);
        (await _cli.With(server).RunAsync("plan", "m")).ShouldBe(0);

        _cli.Out.ShouldEndWith("""
            Next: fairlead up m
            tiny on process: revision 1 → 2
              model.file: a → b
            STEP  ACTION  REPLICA       DETAIL
               1  start   tiny-2-aaaaa  new
               2  stop    tiny-1-bbbbb  replaced

            """);
        server.Seen.Single().Body.ShouldContain("\"content\":\"sha256:");
    }

    [Fact]
    public async Task Init_NeverOverwritesUnlessTold()
    {
        WriteModel("tiny.onnx");
        _cli.WriteFile("fairlead.yaml", "mine");

        (await _cli.RunAsync("init", "tiny.onnx")).ShouldBe(1);
        _cli.Error.ShouldStartWith("FL6111: ");
        File.ReadAllText(Path.Combine(_cli.Home.Root, "fairlead.yaml")).ShouldBe("mine");
        (await _cli.RunAsync("init", "tiny.onnx", "--force")).ShouldBe(0);
        File.ReadAllText(Path.Combine(_cli.Home.Root, "fairlead.yaml")).ShouldContain("file: \"tiny.onnx\"");
    }

    [Theory]
    [InlineData("y\n", 0)]
    [InlineData("n\n", 1)]
    [InlineData("\n", 1)]
    public async Task Init_AsksWhenThereIsSomebodyToAsk(string answer, int exitCode)
    {
        WriteModel("tiny.onnx");
        _cli.WriteFile("fairlead.yaml", "mine");
        _cli.Input = answer;

        (await _cli.RunAsync("init", "tiny.onnx")).ShouldBe(exitCode);
    }

    [Fact]
    public async Task Up_OfAModelFile_SaysHowToWriteItsManifest()
    {
        WriteModel("tiny.onnx");

        (await _cli.RunAsync("up", "tiny.onnx")).ShouldBe(2);

        _cli.Error.ShouldBe("FL6103: tiny.onnx is a model, not a manifest.\n  → Write its manifest first: fairlead init tiny.onnx\n");
    }

    [Fact]
    public async Task Up_OfABrokenModel_StartsNothing()
    {
        _cli.WriteFile("fairlead.yaml", "name: broken\nversion: 1.0.0\nmodel: {file: m.onnx}\n");
        _cli.WriteFile("m.onnx", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n");

        (await _cli.RunAsync("up", "-d")).ShouldBe(2);

        _cli.Error.ShouldContain("FL2006: ");
        Directory.Exists(_cli.Home.Run).ShouldBeFalse();
    }

    private void WriteModel(string name)
    {
        var path = Path.Combine(_cli.Home.Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, TinyModels.Double());
    }
}

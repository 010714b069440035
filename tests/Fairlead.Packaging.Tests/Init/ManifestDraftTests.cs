using Fairlead.Core.Manifests;
using Fairlead.Testing.Models;

namespace Fairlead.Packaging.Tests.Init;

public sealed class ManifestDraftTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void TheDraftIsAValidManifestThatPacks()
    {
        var path = _place.Write("My Classifier_v2.onnx", TinyModels.ZipMapOfStrings("no", "1: yes # \"really\"", "Pinguïn"));

        var text = ManifestDraft.FromModel(path).Value;

        var manifest = ManifestReader.Parse(text, "fairlead.yaml", null).Value;
        manifest.Name.Value.ShouldBe("my-classifier-v2");
        manifest.Version.ShouldBe("0.1.0");
        manifest.Model.File.ShouldBe("My Classifier_v2.onnx");
        manifest.Model.Labels["probabilities"].ShouldBe(["no", "1: yes # \"really\"", "Pinguïn"]);
        ContentPacker.Pack(manifest, _place.Folder, _place.Home).IsOk.ShouldBeTrue();
    }

    [Fact]
    public void TheDraftTellsInputsAndOutputs()
    {
        var text = ManifestDraft.FromModel(_place.Write("m.onnx", TinyModels.Double())).Value;

        text.ShouldContain("  # inputs:\n  #   x: FP32 [batch, 2]\n  # outputs:\n  #   y: FP32 [batch, 2]\n");
        ManifestReader.Parse(text, "fairlead.yaml", null).IsOk.ShouldBeTrue(text);
    }

    [Fact]
    public void TheCommentedStarterIsValidToo()
    {
        var text = ManifestDraft.FromModel(_place.Write("m.onnx", TinyModels.Double())).Value
            .Replace("# serve:", "serve:").Replace("# resources:", "resources:").Replace("# env:", "env:").Replace("# scale:", "scale:")
            .Replace("  # golden:", "  golden:").Replace("  # reference:", "  reference:").Replace("  # labels: {OUTPUT:", "  labels: {y:");

        var manifest = ManifestReader.Parse(text, "fairlead.yaml", null).Value;

        (manifest.Scale.Min, manifest.Model.Golden).ShouldBe((2, "golden.json"));
    }

    [Fact]
    public void ANameWithALineBreakStaysInItsComment()
    {
        var file = new OnnxBuilder().Node("Add", ["x\nname: evil", "x\nname: evil"], ["y"]).Input("x\nname: evil", OnnxBuilder.Float, 1).Output("y", OnnxBuilder.Float, 1).Build();

        var text = ManifestDraft.FromModel(_place.Write("m.onnx", file)).Value;

        ManifestReader.Parse(text, "fairlead.yaml", null).Value.Name.Value.ShouldBe("m");
    }

    [Theory]
    [InlineData("penguins.onnx", "penguins")]
    [InlineData("My Model_v2.onnx", "my-model-v2")]
    [InlineData("--.onnx", "model")]
    [InlineData("模型.onnx", "model")]
    [InlineData("a.b.onnx", "a-b")]
    public void NamesAreMadeValid(string file, string expected) => ManifestDraft.NameFor(file).ShouldBe(expected);

    [Fact]
    public void AModelThatIsNoneGivesItsProblem() => ManifestDraft.FromModel(_place.Write("m.onnx", "")).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL2005");
}

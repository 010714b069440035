using System.Runtime.InteropServices;
using Fairlead.Testing.Models;

namespace Fairlead.Onnx.Tests;

public sealed class ExternalDataTests : IDisposable
{
    private static readonly byte[] Weights = MemoryMarshal.AsBytes<float>([10, 20]).ToArray();
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("weights.bin")]
    [InlineData("parts/weights.bin")]
    public void DataBelowTheModelsFolderIsUsed(string location)
    {
        _folder.Write($"models/{location}", Weights);
        var path = _folder.Write("models/m.onnx", TinyModels.WithExternalData(location));

        using var model = OnnxModel.Load(path, new OnnxOptions());

        OnnxModel.ExternalFilesOf(path).ShouldBe([location]);
        model.Run(Tensors.Floats("x", [1, 2], 1, 2))[0].Floats().ShouldBe([11, 22]);
    }

    [Theory]
    [InlineData("../secret.bin")]
    [InlineData("parts/../../secret.bin")]
    [InlineData("/etc/hostname")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("..\\secret.bin")]
    [InlineData("out.bin")]
    [InlineData("linked/secret.bin")]
    public void DataOutsideTheModelsFolderIsRefused(string location)
    {
        _folder.Write("secret.bin", Weights);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "models/parts"));
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "models/out.bin"), "../secret.bin");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "models/linked"), "..");

        Refusal(TinyModels.WithExternalData(location)).ShouldBe(OnnxFailure.ExternalDataOutside, $"'{location}', which leads out");
    }

    [Fact]
    public void ALinkThatStaysInTheFolderIsFollowed()
    {
        _folder.Write("models/real.bin", Weights);
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "models/weights.bin"), "real.bin");
        var path = _folder.Write("models/m.onnx", TinyModels.WithExternalData("weights.bin"));

        OnnxModel.ExternalFilesOf(path).ShouldBe(["weights.bin"]);
    }

    [Fact]
    public void DataThatIsNotThereIsNamed() =>
        Refusal(TinyModels.WithExternalData("weights.bin")).ShouldBe(OnnxFailure.ExternalDataMissing, "'weights.bin', and there is no such file");

    [Fact]
    public void DataInSubgraphsAttributesAndFunctionsIsFoundToo()
    {
        var tensor = OnnxBuilder.External("w", [2], "../secret.bin");
        var constant = OnnxBuilder.NodeOf("Constant", "", [], ["w"], new ProtoBytes().Text(1, "value").Message(5, tensor).Number(20, 4));
        var inner = new ProtoBytes().Text(2, "inner").Message(5, tensor);
        var sparse = new ProtoBytes().Message(15, new ProtoBytes().Message(1, tensor));

        Refusal(new OnnxBuilder().Node(constant).Build()).Failure.ShouldBe(OnnxFailure.ExternalDataOutside, "attribute");
        Refusal(new OnnxBuilder().Node("If", [], ["y"], OnnxBuilder.GraphAttribute("then_branch", inner)).Build()).Failure.ShouldBe(OnnxFailure.ExternalDataOutside, "sub-graph");
        Refusal(new OnnxBuilder().Node("If", [], ["y"], OnnxBuilder.GraphAttribute("then_branch", sparse)).Build()).Failure.ShouldBe(OnnxFailure.ExternalDataOutside, "sparse");
        Refusal(new OnnxBuilder().Node("F", ["x"], ["y"]).Function(new ProtoBytes().Text(1, "F").Message(7, constant)).Build()).Failure.ShouldBe(OnnxFailure.ExternalDataOutside, "function");
    }

    [Fact]
    public void OfTwoLocationsBothAreHeldToTheRules()
    {
        _folder.Write("models/fine.bin", Weights);
        var tensor = OnnxBuilder.External("w", [2], "../secret.bin").Message(13, new ProtoBytes().Text(1, "location").Text(2, "fine.bin"));

        Refusal(new OnnxBuilder().Node("Add", ["x", "w"], ["y"]).Initializer(tensor).Build()).Failure.ShouldBe(OnnxFailure.ExternalDataOutside);
    }

    private OnnxException Refusal(byte[] file)
    {
        var path = _folder.Write("models/m.onnx", file);
        return Should.Throw<OnnxException>(() => OnnxModel.Load(path, new OnnxOptions()).Dispose());
    }
}

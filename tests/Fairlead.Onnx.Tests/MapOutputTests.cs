using Fairlead.Testing.Models;

namespace Fairlead.Onnx.Tests;

public sealed class MapOutputTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MapsByTextBecomeATensorInTheOrderOfTheModelsClasses()
    {
        using var model = Load(TinyModels.ZipMapOfStrings("setosa", "adelie", "virginica"));

        var output = model.Run(Tensors.Floats("scores", [2, 3], 1, 2, 3, 4, 5, 6))[0];

        model.Outputs[0].Classes.ShouldBe(["setosa", "adelie", "virginica"]);
        model.Outputs[0].Shape.ShouldBe([-1, 3]);
        model.Outputs[0].Type.ShouldBe(TensorType.Float32);
        output.Tensor.Shape.ShouldBe([2, 3]);
        output.Floats().ShouldBe([1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public void MapsByNumberBecomeATensorInTheOrderOfTheModelsClasses()
    {
        using var model = Load(TinyModels.ZipMapOfNumbers(7, -1, 3));

        var output = model.Run(Tensors.Floats("scores", [2, 3], 1, 2, 3, 4, 5, 6))[0];

        model.Outputs[0].Classes.ShouldBe(["7", "-1", "3"]);
        output.Floats().ShouldBe([1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public void AClassThatIsThereTwiceIsRefusedAtLoadByName()
    {
        Should.Throw<OnnxException>(() => Load(TinyModels.ZipMapOfStrings("a", "b", "a"))).ShouldBe(OnnxFailure.UnsupportedOutput, "'probabilities' has the class 'a' more than once");
        Should.Throw<OnnxException>(() => Load(TinyModels.ZipMapOfNumbers(7, 7))).ShouldBe(OnnxFailure.UnsupportedOutput, "'probabilities' has the class '7' more than once");
    }

    [Fact]
    public void NoRowsGiveNoRows()
    {
        using var model = Load(TinyModels.ZipMapOfNumbers(0, 1, 2));

        model.Run(Tensors.Floats("scores", [0, 3]))[0].Tensor.Shape.ShouldBe([0, 3]);
    }

    [Fact]
    public void ASequenceOfTensorsIsRefusedByName()
    {
        var file = new OnnxBuilder()
            .Node("SequenceConstruct", ["x", "x"], ["pieces"])
            .Input("x", OnnxBuilder.Float, 2)
            .OutputOf("pieces", OnnxBuilder.SequenceType(OnnxBuilder.TensorType(OnnxBuilder.Float)))
            .Build();

        Should.Throw<OnnxException>(() => Load(file)).ShouldBe(OnnxFailure.UnsupportedOutput, "'pieces' is of type sequence of Float32 tensors");
    }

    [Fact]
    public void AnOptionalOutputIsRefusedByName()
    {
        var file = new OnnxBuilder()
            .Node("Optional", ["x"], ["maybe"])
            .Input("x", OnnxBuilder.Float, 2)
            .OutputOf("maybe", new ProtoBytes().Message(9, new ProtoBytes().Message(1, OnnxBuilder.TensorType(OnnxBuilder.Float, 2))))
            .Build();

        Should.Throw<OnnxException>(() => Load(file)).ShouldBe(OnnxFailure.UnsupportedOutput, "'maybe' is of type optional");
    }

    private OnnxModel Load(byte[] file) => OnnxModel.Load(_folder.Write("model.onnx", file), new OnnxOptions());
}

using System.Runtime.InteropServices;
using Fairlead.Testing.Models;

namespace Fairlead.Onnx.Tests;

public sealed class OnnxModelTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheRuntimeIsTheOneThatTheBuildCopied() => OnnxRuntime.Version.ShouldBe("1.30.0");

    [Fact]
    public void InputsOutputsAndMetadataAreWhatTheFileSays()
    {
        using var model = Load(TinyModels.Double());

        var input = model.Inputs.ShouldHaveSingleItem();
        input.Name.ShouldBe("x");
        input.Type.ShouldBe(TensorType.Float32);
        input.Shape.ShouldBe([-1, 2]);
        input.DimensionNames.ShouldBe(["batch", null]);
        model.Outputs.ShouldHaveSingleItem().Name.ShouldBe("y");
        model.Metadata.Producer.ShouldBe("tests 1.2");
        model.Metadata.GraphName.ShouldBe("graph");
        model.Metadata.IrVersion.ShouldBe(8);
        model.Metadata.Opsets["ai.onnx"].ShouldBe(17);
        model.Metadata.Custom["team"].ShouldBe("harbour");
    }

    [Fact]
    public void Run_SliceOfALargerBuffer_UsesItWhereItIs()
    {
        using var model = Load(TinyModels.Double());
        var buffer = MemoryMarshal.AsBytes<float>([99, 1, 2, 3, 4, 99]).ToArray();

        var output = model.Run(new NamedTensor("x", Tensor.OfBytes(TensorType.Float32, [2, 2], buffer.AsMemory(4, 16))));

        output.ShouldHaveSingleItem().Floats().ShouldBe([2, 4, 6, 8]);
        output[0].Tensor.Shape.ShouldBe([2, 2]);
    }

    [Fact]
    public void Run_NoRows_GivesNoRows()
    {
        using var model = Load(TinyModels.Double());

        var output = model.Run(Tensors.Floats("x", [0, 2]))[0];

        output.Tensor.Shape.ShouldBe([0, 2]);
        output.Tensor.Bytes.Length.ShouldBe(0);
    }

    [Fact]
    public void Evaluate_SpansReadTheNativeMemoryUntilDisposed()
    {
        using var model = Load(TinyModels.Double());
        var outputs = model.Evaluate([Tensors.Floats("x", [1, 2], 1, float.NaN)], ["y"], CancellationToken.None);

        var values = MemoryMarshal.Cast<byte, float>(outputs[0].Bytes).ToArray();
        outputs.Dispose();

        values.ShouldBe([2, float.NaN]);
        Should.Throw<ObjectDisposedException>(() => outputs[0].Bytes.Length);
    }

    [Theory]
    [InlineData("z", "[1,2]", "no input 'z'")]
    [InlineData("x", "[1,3]", "'x' has the shape [1,3], but the model wants [-1,2]")]
    [InlineData("x", "[2]", "'x' has the shape [2]")]
    public void Run_InputDoesNotFit_NamesIt(string name, string shape, string expected)
    {
        using var model = Load(TinyModels.Double());
        var sizes = shape.Trim('[', ']').Split(',').Select(long.Parse).ToArray();
        var input = Tensors.Floats(name, sizes, new float[sizes.Aggregate(1L, (a, b) => a * b)]);

        Failure(() => model.Run(input)).ShouldBe(OnnxFailure.InvalidInput, expected);
    }

    [Fact]
    public void Run_WrongType_NamesBoth() =>
        Refusal(TinyModels.Double(), Tensors.Of<long>("x", TensorType.Int64, [1, 2], 1, 2)).ShouldBe(OnnxFailure.InvalidInput, "'x' is Int64, but the model wants Float32");

    [Fact]
    public void Run_InputMissing_NamesIt() => Refusal(TinyModels.Double()).ShouldBe(OnnxFailure.InvalidInput, "'x' is missing");

    [Fact]
    public void Run_InputTwice_NamesIt() =>
        Refusal(TinyModels.Double(), Tensors.Floats("x", [1, 2], 1, 2), Tensors.Floats("x", [1, 2], 1, 2)).ShouldBe(OnnxFailure.InvalidInput, "'x' is given twice");

    [Fact]
    public void Run_UnknownOutput_NamesTheOnesThereAre()
    {
        using var model = Load(TinyModels.Double());

        Failure(() => model.Run([Tensors.Floats("x", [1, 2], 1, 2)], ["q"], CancellationToken.None)).ShouldBe(OnnxFailure.InvalidInput, "no output 'q'; its outputs are 'y'");
    }

    [Fact]
    public void Run_AfterDispose_IsRefused()
    {
        var model = Load(TinyModels.Double());
        model.Dispose();

        Should.Throw<ObjectDisposedException>(() => model.Run(Tensors.Floats("x", [1, 2], 1, 2)));
    }

    private OnnxModel Load(byte[] file) => OnnxModel.Load(_folder.Write("model.onnx", file), new OnnxOptions());

    private OnnxException Refusal(byte[] file, params NamedTensor[] inputs)
    {
        using var model = Load(file);
        return Failure(() => model.Run(inputs));
    }

    private static OnnxException Failure(Action action) => Should.Throw<OnnxException>(action);
}

using System.Runtime.InteropServices;
using Fairlead.Testing.Models;

namespace Fairlead.Onnx.Tests;

public sealed class ElementTypeTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int, TensorType> Numbers => new()
    {
        { 1, TensorType.Float32 }, { 2, TensorType.UInt8 }, { 3, TensorType.Int8 }, { 4, TensorType.UInt16 }, { 5, TensorType.Int16 }, { 6, TensorType.Int32 },
        { 7, TensorType.Int64 }, { 9, TensorType.Bool }, { 10, TensorType.Float16 }, { 11, TensorType.Float64 }, { 12, TensorType.UInt32 }, { 13, TensorType.UInt64 },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void EveryNumberTypePassesThroughBitForBit(int code, TensorType type)
    {
        using var model = Load(TinyModels.Identity(code));
        var bytes = Enumerable.Range(0, 5 * type.ElementSize()).Select(i => type == TensorType.Bool ? (byte)(i % 2) : (byte)(i * 37)).ToArray();

        var output = model.Run(new NamedTensor("x", Tensor.OfBytes(type, [5], bytes)))[0].Tensor;

        model.Inputs[0].Type.ShouldBe(type);
        output.Type.ShouldBe(type);
        output.Bytes.ToArray().ShouldBe(bytes);
    }

    [Fact]
    public void StringsPassThroughWithZeroesAndAnyBytes()
    {
        using var model = Load(TinyModels.Identity(OnnxBuilder.String));
        byte[][] texts = [[], "héllo"u8.ToArray(), [0, 1, 0], [0xFF, 0xFE]];

        var output = model.Run(new NamedTensor("x", Tensor.OfStrings([4], texts)))[0].Tensor;

        output.Strings.ShouldBe(texts);
    }

    [Fact]
    public void HalvesAreReadAsHalf()
    {
        using var model = Load(TinyModels.Identity(10));

        var output = model.Run(Tensors.Of("x", TensorType.Float16, [2], (Half)1.5, Half.NaN))[0].Tensor;

        output.AsSpan<Half>().ToArray().ShouldBe([(Half)1.5, Half.NaN]);
    }

    [Fact]
    public void BFloat16_IsRefusedByName() =>
        Should.Throw<OnnxException>(() => Load(TinyModels.Identity(OnnxBuilder.BFloat16))).ShouldBe(OnnxFailure.UnsupportedInput, "'x' is of type bfloat16");

    [Theory]
    [InlineData(new long[] { -1, 2 }, 8)]
    [InlineData(new[] { 1L << 31, 1L << 31, 1L << 31 }, 8)]
    [InlineData(new long[] { 3 }, 8)]
    public void OfBytes_ShapeDoesNotFit_IsRefused(long[] shape, int bytes) =>
        Should.Throw<ArgumentException>(() => Tensor.OfBytes(TensorType.Float32, shape, new byte[bytes]));

    private OnnxModel Load(byte[] file) => OnnxModel.Load(_folder.Write("model.onnx", file), new OnnxOptions());
}

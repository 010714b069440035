using System.Runtime.InteropServices;
using System.Text;
using Fairlead.Testing.Models;

namespace Fairlead.Onnx.Tests;

public sealed class SplitTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PartsHaveTheirRowsAndOutliveEachOther()
    {
        using var model = OnnxModel.Load(_folder.Write("m.onnx", TinyModels.Double()), new OnnxOptions());
        using var whole = model.Evaluate([Tensors.Floats("x", [3, 2], 1, 2, 3, 4, 5, 6)], null, CancellationToken.None);
        var parts = whole.Split([1, 2])!;
        using var second = parts[1];
        parts[0][0].Shape.ShouldBe([1, 2]);
        Floats(parts[0][0]).ShouldBe([2, 4]);
        parts[0].Dispose();
        second[0].Shape.ShouldBe([2, 2]);
        Floats(second[0]).ShouldBe([6, 8, 10, 12]);
        Should.Throw<ObjectDisposedException>(() => Floats(parts[0][0]));
        Should.Throw<ObjectDisposedException>(() => whole.Split([3]));
    }

    [Fact]
    public void TextsAndMapsAreSplitToo()
    {
        using var texts = OnnxModel.Load(_folder.Write("t.onnx", TinyModels.Identity(OnnxBuilder.String)), new OnnxOptions());
        using var words = texts.Evaluate([Tensors.Strings("x", [3], "a", "b", "c")], null, CancellationToken.None);
        words.Split([2, 1])![1][0].ToTensor().Strings.Select(Encoding.UTF8.GetString).ShouldBe(["c"]);

        using var maps = OnnxModel.Load(_folder.Write("z.onnx", TinyModels.ZipMapOfStrings("a", "b")), new OnnxOptions());
        using var scores = maps.Evaluate([Tensors.Floats("scores", [2, 2], 1, 2, 3, 4)], null, CancellationToken.None);
        Floats(scores.Split([1, 1])![1][0]).ShouldBe([3, 4]);
    }

    [Fact]
    public void RowsThatDoNotAddUp_GiveNullAndLeaveTheWhole()
    {
        using var model = OnnxModel.Load(_folder.Write("m.onnx", TinyModels.Double()), new OnnxOptions());
        using var whole = model.Evaluate([Tensors.Floats("x", [2, 2], 1, 2, 3, 4)], null, CancellationToken.None);
        whole.Split([1, 2]).ShouldBeNull();
        Floats(whole[0]).ShouldBe([2, 4, 6, 8]);
    }

    private static float[] Floats(OnnxOutput output) => MemoryMarshal.Cast<byte, float>(output.Bytes).ToArray();
}

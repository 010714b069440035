using Fairlead.Testing.Models;

namespace Fairlead.Onnx.Tests;

public sealed class RefusedFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Missing() => Refusal(Path.Combine(_folder.Path, "none.onnx")).ShouldBe(OnnxFailure.Missing, "There is no file");

    [Fact]
    public void ALinkToNowhereIsMissing()
    {
        var link = Path.Combine(_folder.Path, "link.onnx");
        File.CreateSymbolicLink(link, "nowhere.onnx");

        Refusal(link).Failure.ShouldBe(OnnxFailure.Missing);
    }

    [Fact]
    public void AFolder() => Refusal(_folder.Path).ShouldBe(OnnxFailure.Folder, "is a folder");

    [Fact]
    public void Empty() => Refusal([]).ShouldBe(OnnxFailure.Empty, "is empty");

    [Fact]
    public void AGitLfsPointer() =>
        Refusal("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"u8).ShouldBe(OnnxFailure.LfsPointer, "Git LFS pointer");

    [Theory]
    [InlineData("PK\u0003\u0004rest", "zip archive")]
    [InlineData("<!DOCTYPE html><html>", "web page")]
    [InlineData("{\"a\": 1}", "JSON")]
    [InlineData("hello, world", "is no ONNX model")]
    public void AnotherKindOfFile(string content, string kind) => Refusal(System.Text.Encoding.Latin1.GetBytes(content)).ShouldBe(OnnxFailure.NotOnnx, kind);

    [Fact]
    public void CutShortAnywhere_SaysSo()
    {
        var whole = TinyModels.ZipMapOfStrings("a", "b", "c");
        var graphEnds = whole.Length - 2 * new ProtoBytes().Message(8, new ProtoBytes().Text(1, "").Number(2, 17)).ToArray().Length;

        for (var length = 2; length < graphEnds - 12; length++)
        {
            Refusal(whole.AsSpan(0, length)).Failure.ShouldBe(OnnxFailure.Truncated, $"cut at {length} of {whole.Length}");
        }
    }

    [Fact]
    public void RandomBytesAreRefusedAndNeverCrash()
    {
        var random = new Random(20);
        for (var i = 0; i < 500; i++)
        {
            var bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            Refusal(bytes).Failure.ShouldBeOneOf(OnnxFailure.NotOnnx, OnnxFailure.Truncated, OnnxFailure.Refused, OnnxFailure.LfsPointer);
        }
    }

    [Fact]
    public void AModelWithBytesChangedLoadsOrIsRefusedAndNeverCrashes()
    {
        var random = new Random(21);
        var whole = TinyModels.Loop();
        for (var i = 0; i < 500; i++)
        {
            var bytes = whole.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                OnnxModel.Load(_folder.Write("changed.onnx", bytes), new OnnxOptions()).Dispose();
            }
            catch (OnnxException)
            {
                // Either is an answer; only a crash or another exception is not.
            }
        }
    }

    [Fact]
    public void ANewerOpset() => Refusal(new OnnxBuilder()
        .Opset("", 99)
        .Node("Add", ["x", "x"], ["y"])
        .Input("x", OnnxBuilder.Float, 1)
        .Output("y", OnnxBuilder.Float, 1)
        .Build()).ShouldBe(OnnxFailure.UnsupportedOpset, "newer ONNX");

    [Fact]
    public void ANewerFormat() => Refusal(new OnnxBuilder { IrVersion = 99 }
        .Node("Add", ["x", "x"], ["y"])
        .Input("x", OnnxBuilder.Float, 1)
        .Output("y", OnnxBuilder.Float, 1)
        .Build()).ShouldBe(OnnxFailure.UnsupportedOpset, "IR version");

    [Fact]
    public void AnUnknownOperator() => Refusal(new OnnxBuilder()
        .Node("Frobnicate", ["x"], ["y"])
        .Input("x", OnnxBuilder.Float, 1)
        .Output("y", OnnxBuilder.Float, 1)
        .Build()).ShouldBe(OnnxFailure.UnsupportedOperator, "Frobnicate");

    [Fact]
    public void AGraphThatIsWrong_TellsWhatOnnxRuntimeSays() => Refusal(new OnnxBuilder()
        .Node("Add", ["x", "nothing"], ["y"])
        .Input("x", OnnxBuilder.Float, 1)
        .Output("y", OnnxBuilder.Float, 1)
        .Build()).ShouldBe(OnnxFailure.Refused, "nothing");

    [Fact]
    public void GraphsNestedWithoutEnd()
    {
        var graph = new ProtoBytes().Text(2, "innermost");
        for (var i = 0; i < 500; i++) graph = new ProtoBytes().Message(1, OnnxBuilder.NodeOf("If", "", [], [], OnnxBuilder.GraphAttribute("then_branch", graph)));

        Refusal(new OnnxBuilder().Node("If", [], ["y"], OnnxBuilder.GraphAttribute("then_branch", graph)).Build()).Failure.ShouldBe(OnnxFailure.NotOnnx);
    }

    [Fact]
    public void ARuntimeLibraryThatIsNone_IsNamed()
    {
        var path = _folder.Write("libonnxruntime.so.1", "text"u8);

        Should.Throw<OnnxException>(() => Native.OrtLibrary.Load(path)).ShouldBe(OnnxFailure.RuntimeMissing, path);
        Should.Throw<OnnxException>(() => Native.OrtLibrary.Load(path + ".2")).ShouldBe(OnnxFailure.RuntimeMissing, "There is no such file");
    }

    private OnnxException Refusal(ReadOnlySpan<byte> content) => Refusal(_folder.Write("model.onnx", content));

    private static OnnxException Refusal(string path) => Should.Throw<OnnxException>(() => OnnxModel.Load(path, new OnnxOptions()).Dispose());
}

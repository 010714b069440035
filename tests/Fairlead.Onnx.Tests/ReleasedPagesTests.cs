using System.Text;
using Fairlead.Onnx.Native;
using Fairlead.Testing.Models;

namespace Fairlead.Onnx.Tests;

/// <summary>Resident memory is the whole process's, so these run while nothing else does.</summary>
[Collection(nameof(AloneCollection))]
public sealed class ReleasedPagesTests : IDisposable
{
    private const string Head = "7f00-7f10 r--p 00000000 fe:00 42                    /app/lib.so";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReleaseLoadingPages_GivesMegabytesBackAndTheModelStillAnswers()
    {
        using var model = OnnxModel.Load(_folder.Write("double.onnx", TinyModels.Double()), new OnnxOptions());
        var given = OnnxRuntime.ReleaseLoadingPages();
        given.ShouldBeGreaterThan(4L << 20);
        for (var i = 0; i < 3; i++)
        {
            model.Run(Tensors.Floats("x", [1, 2], 1, 2))[0].Tensor.AsSpan<float>().ToArray().ShouldBe([2f, 4f]);
            OnnxRuntime.ReleaseLoadingPages().ShouldBeLessThan(given);
        }

        using var again = OnnxModel.Load(_folder.Write("texts.onnx", TinyModels.Identity(OnnxBuilder.String)), new OnnxOptions());
        again.Run(Tensors.Strings("x", [1], "a")).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("what was relocated", "Anonymous:           512 kB")]
    [InlineData("what was relocated and swapped out", "Swap:                 4 kB")]
    [InlineData("what is locked into memory", "Locked:               4 kB")]
    [InlineData("what cannot be read", "Anonymous:            ? kB")]
    public void KeepsWhatTheFileDoesNotHold(string why, string line) =>
        Find(0x7f08, Head, "Rss:   512 kB", line).ShouldBeEmpty(why);

    [Fact]
    public void TakesOnlyUnwritablePrivateMappingsOfThatFile()
    {
        string[] lines =
        [
            Head, "Rss:   8 kB", "Private_Dirty:   8 kB", "Anonymous:   0 kB", "VmFlags: rd mr mw me",
            "7f10-7f20 r-xp 00001000 fe:00 42                    /app/lib.so (deleted)", "Rss:   16 kB",
            "7f20-7f30 rw-p 00002000 fe:00 42                    /app/lib.so", "Rss:   4 kB",
            "7f30-7f40 r--s 00003000 fe:00 42                    /app/lib.so", "Rss:   4 kB",
            "7f40-7f50 r-xp 00000000 fe:00 43                    /app/lib.so", "Rss:   4 kB",
            "7f50-7f60 r--p 00000000 00:00 0 ", "Rss:   4 kB",
            "7f60-7f70 r-xp 00000000 00:00 0                     [vdso]", "Rss:   4 kB",
        ];
        Find(0x7f18, lines).ShouldBe([new Mapping(0x7f00, 0x7f10, 42, true, 8 << 10), new Mapping(0x7f10, 0x7f20, 42, true, 16 << 10)]);
        Find(0x7f55, lines).ShouldBeEmpty("the address is in no file");
        Find(0x1, lines).ShouldBeEmpty("the address is in no mapping");
        Find(0x7f18).ShouldBeEmpty("there is no /proc");
    }

    private static IReadOnlyList<Mapping> Find(ulong address, params string[] lines) =>
        MappingReader.CleanOfSameFile(new MemoryStream(Encoding.ASCII.GetBytes(string.Concat(lines.Select(l => l + "\n")))), address);
}

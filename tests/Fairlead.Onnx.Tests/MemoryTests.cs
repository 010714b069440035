using System.Globalization;
using Fairlead.Testing.Models;

namespace Fairlead.Onnx.Tests;

/// <summary>Resident memory is the whole process's, so these run while nothing else does.</summary>
[Collection(nameof(AloneCollection))]
public sealed class MemoryTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadingRunningAndDisposingAThousandTimesKeepsMemoryBounded()
    {
        var numbers = _folder.Write("numbers.onnx", TinyModels.Double());
        var maps = _folder.Write("maps.onnx", TinyModels.ZipMapOfStrings("a", "b", "c"));
        var texts = _folder.Write("texts.onnx", TinyModels.Identity(OnnxBuilder.String));
        using var source = new CancellationTokenSource();
        for (var i = 0; i < 200; i++) Round();
        var before = ResidentBytes();

        for (var i = 0; i < 1_000; i++) Round();

        // One leaked session is above 100 KiB: a thousand of them would be above 100 MiB.
        (ResidentBytes() - before).ShouldBeLessThan(24L << 20);

        void Round()
        {
            using var model = OnnxModel.Load(numbers, new OnnxOptions());
            model.Run([Tensors.Floats("x", [64, 2], new float[128])], null, source.Token);
            Should.Throw<OnnxException>(() => model.Run(Tensors.Floats("x", [1, 3], 1, 2, 3)));
            if (Random.Shared.Next(4) != 0) return;
            using var zipped = OnnxModel.Load(maps, new OnnxOptions());
            zipped.Run(Tensors.Floats("scores", [2, 3], 1, 2, 3, 4, 5, 6));
            using var strings = OnnxModel.Load(texts, new OnnxOptions());
            strings.Run(Tensors.Strings("x", [2], "one", new string('a', 2_000)));
        }
    }

    [Fact]
    public void ManyShapesKeepMemoryBounded_AlsoWherePlannedMemoryIsAskedFor()
    {
        using var model = OnnxModel.Load(_folder.Write("numbers.onnx", TinyModels.Double()), new OnnxOptions { PlannedMemory = true });
        for (var rows = 1; rows <= 2_000; rows++) Round(rows);
        var before = ResidentBytes();

        for (var rows = 2_001; rows <= 40_000; rows++) Round(rows);

        // A plan per shape would be above a kilobyte each.
        (ResidentBytes() - before).ShouldBeLessThan(24L << 20);

        void Round(int rows) => model.Run(Tensors.Floats("x", [rows, 2], new float[rows * 2]));
    }

    [Fact]
    public void ManyRunsKeepMemoryBounded()
    {
        using var maps = OnnxModel.Load(_folder.Write("maps.onnx", TinyModels.ZipMapOfStrings("a", "b", "c")), new OnnxOptions());
        using var texts = OnnxModel.Load(_folder.Write("texts.onnx", TinyModels.Identity(OnnxBuilder.String)), new OnnxOptions());
        using var source = new CancellationTokenSource();
        for (var i = 0; i < 1_000; i++) Round();
        var before = ResidentBytes();

        for (var i = 0; i < 10_000; i++) Round();

        (ResidentBytes() - before).ShouldBeLessThan(16L << 20);

        void Round()
        {
            maps.Run([Tensors.Floats("scores", [2, 3], 1, 2, 3, 4, 5, 6)], null, source.Token);
            texts.Run([Tensors.Strings("x", [2], "one", new string('a', 2_000))], null, source.Token);
        }
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var pages = File.ReadAllText("/proc/self/statm").Split(' ')[1];
        return long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }
}

[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;

using Fairlead.Testing.Models;

namespace Fairlead.Onnx.Tests;

/// <summary>Threads and the log are the whole process's, so these run while nothing else does.</summary>
[Collection(nameof(AloneCollection))]
public sealed class OptionTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<OnnxOptions> All => new(
        new OnnxOptions(IntraOpThreads: 2, InterOpThreads: 2),
        new OnnxOptions { Spinning = true },
        new OnnxOptions { PlannedMemory = true },
        new OnnxOptions { Optimization = GraphOptimization.None },
        new OnnxOptions { Optimization = GraphOptimization.Basic },
        new OnnxOptions { Optimization = GraphOptimization.Extended });

    [Theory]
    [MemberData(nameof(All))]
    public void EveryOptionGivesTheSameAnswer(OnnxOptions options)
    {
        using var model = OnnxModel.Load(_folder.Write("m.onnx", TinyModels.Double()), options);

        model.Run(Tensors.Floats("x", [1, 2], 1, 2))[0].Floats().ShouldBe([2, 4]);
    }

    [Fact]
    public void IntraOpThreadsAreAsManyAsAskedFor()
    {
        var path = _folder.Write("m.onnx", TinyModels.Double());
        using var one = OnnxModel.Load(path, new OnnxOptions());
        var before = Threads();

        using var four = OnnxModel.Load(path, new OnnxOptions(IntraOpThreads: 9));

        // The caller is one of the nine. Other tests' threads come and go, so only the bulk is looked for.
        (Threads() - before).ShouldBeGreaterThan(4);

        static int Threads() => Directory.GetDirectories("/proc/self/task").Length;
    }

    [Fact]
    public void Log_TakesWarningsInsteadOfStandardError()
    {
        var lines = new System.Collections.Concurrent.ConcurrentQueue<string>();
        OnnxRuntime.Log = (_, text) => lines.Enqueue(text);
        try
        {
            // An initializer that nothing uses is worth a warning to ONNX Runtime.
            var file = new OnnxBuilder().Node("Add", ["x", "x"], ["y"]).Initializer(OnnxBuilder.Floats("unused", [1], 1))
                .Input("x", OnnxBuilder.Float, 1).Output("y", OnnxBuilder.Float, 1).Build();
            using var model = OnnxModel.Load(_folder.Write("m.onnx", file), new OnnxOptions());
        }
        finally
        {
            OnnxRuntime.Log = null;
        }

        lines.ShouldContain(l => l.Contains("unused"));
    }
}

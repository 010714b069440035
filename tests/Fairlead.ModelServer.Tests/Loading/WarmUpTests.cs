using System.Runtime.InteropServices;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Loading;

public sealed class WarmUpTests
{
    // The model fails on as many rows as this and more.
    private const int Fails = 8;

    [Theory]
    [InlineData(4, false)]
    [InlineData(7, false)]
    [InlineData(8, true)]
    [InlineData(32, true)]
    public async Task EveryBatchSizeUpToTheLargest_IsRunBeforeReady(int largest, bool warned)
    {
        using var folder = PackedFolder.Of(FailsOnManyRows());
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { BatchSize = largest });
        var lines = server.Log.Split('\n');
        var failed = Array.FindIndex(lines, l => l.Contains("\"event\":2212", StringComparison.Ordinal));
        (failed >= 0).ShouldBe(warned, server.Log);
        failed.ShouldBeLessThan(Array.FindIndex(lines, l => l.Contains("\"event\":2210", StringComparison.Ordinal)), "before it is ready");

        // Zeros need not be what the model is for: it is served all the same.
        (await server.OutputsAsync("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}""")).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task ModelThatIsNotBatched_IsRunWithOneRow()
    {
        using var folder = PackedFolder.Of(FailsOnManyRows());
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { BatchSize = 1 });
        server.Log.ShouldNotContain("\"event\":2212");
    }

    /// <summary><c>y = x + table[rows]</c>, with a table of zeros that ends before <see cref="Fails"/>.</summary>
    private static byte[] FailsOnManyRows() => new OnnxBuilder()
        .Node("Shape", ["x"], ["shape"])
        .Node("Gather", ["shape", "first"], ["rows"])
        .Node("Gather", ["table", "rows"], ["zero"])
        .Node("Add", ["x", "zero"], ["y"])
        .Initializer(new ProtoBytes().Number(2, OnnxBuilder.Int64).Text(8, "first").Bytes(9, new byte[sizeof(long)]))
        .Initializer(new ProtoBytes().Number(1, Fails).Number(2, OnnxBuilder.Float).Text(8, "table").Bytes(9, MemoryMarshal.AsBytes<float>(new float[Fails])))
        .Input("x", OnnxBuilder.Float, "batch", 2)
        .Output("y", OnnxBuilder.Float, "batch", 2)
        .Build();
}

using System.Globalization;
using Fairlead.Testing.Models;
using Fairlead.Testing.Programs;

namespace Fairlead.Bench.Autoscale.Real;

/// <summary>
/// A model whose run takes 25 ms and hardly any processor, so that a small machine can run a dozen replicas: its one node is Acosh, and
/// a preloaded library answers it late. The queue before the run, the metrics and all the rest are the product's own.
/// </summary>
internal static class SlowModel
{
    public const string Name = "slow";

    public static readonly byte[] Request = """{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]}]}"""u8.ToArray();

    private const double RunMilliseconds = 25;
    private const string Library = "slow.so";

    /// <param name="scale">The manifest's <c>scale</c>.</param>
    public static async Task WriteAsync(string folder, string engine, string scale)
    {
        var model = new OnnxBuilder().Node("Acosh", ["x"], ["y"]).Input("x", OnnxBuilder.Float, 1).Output("y", OnnxBuilder.Float, 1).Build();
        await File.WriteAllBytesAsync(Path.Combine(folder, "slow.onnx"), model);
        var library = Path.Combine(folder, Library);
        var source = Path.Combine(Subject.Metadata("RepositoryRoot"), "bench", "autoscale", "Real", "slow.c");
        var built = await Tool.RunAsync("gcc", "-O2", "-shared", "-fPIC", "-o", library, source);
        if (built.ExitCode != 0) throw new InvalidOperationException($"gcc could not build {source}: {built}");
        // In an image the library is one of the model's files; a process finds it where it lies.
        var docker = engine == "docker";
        var manifest = $$"""
            name: {{Name}}
            version: 1.0.0
            model: {file: slow.onnx}
            env: {LD_PRELOAD: {{(docker ? $"/model/{Library}" : library)}}, SLOW_MILLISECONDS: "{{RunMilliseconds.ToString(CultureInfo.InvariantCulture)}}"}
            {{(docker ? $"files: [{{from: {Library}, to: {Library}}}]" : "")}}
            resources: {cpu: 1}
            scale: {{scale}}
            """;
        await File.WriteAllTextAsync(Path.Combine(folder, "fairlead.yaml"), manifest + "\n");
    }
}

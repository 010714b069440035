using Fairlead.Onnx;
using Fairlead.Testing.Models;
using Fairlead.Testing.SharedData;

namespace Fairlead.Bench.Server;

/// <summary>Images [1,3,224,224]: what the server adds to a model that computes, and what the form of a large tensor costs.</summary>
internal static class Vision
{
    private static readonly long[] Shape = [1, 3, 224, 224];

    // How many callers run a session at once, and how many threads share one run.
    private static readonly (int Callers, int IntraOp)[] Ways = [(1, 1), (1, 2), (2, 1), (2, 2), (4, 1), (8, 1), (8, 2)];

    public static async Task RunAsync(Workspace workspace, Report report, BenchOptions options)
    {
        foreach (var name in new[] { "light_squeezenet", "light_resnet50" }) await ModelAsync(workspace, report, options, name);
        await FormsAsync(workspace, report, options);
    }

    private static async Task ModelAsync(Workspace workspace, Report report, BenchOptions options, string name)
    {
        var model = workspace.Pack(name, File.ReadAllBytes(SharedFiles.PathOf($"models/light/{name}.onnx")));
        string input;
        using (var onnx = OnnxModel.Load(model.File, new OnnxOptions())) input = onnx.Inputs[0].Name;
        var data = Pixels();
        var body = Body.Binary(workspace, input, Shape, data);
        await using var server = await Subject.FairleadAsync(model);
        await server.ReadyAsync(body);
        await Wrk.RunAsync(server.Url, body, 8, options.WarmUp);

        // In turn, so that what the machine does meanwhile meets both.
        var (alone, many, ratios) = (new List<double>(), new List<Figures>(), new List<double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            var best = Ways.Max(way => RawModel.Rate(model.File, input, Shape, data, way, TimeSpan.FromSeconds(1.5)));
            var served = await Comparison.MeasureAsync(server, body, 8, options.Round);
            many.Add(served);
            ratios.Add(served.Rate / best);
            alone.Add((await Comparison.MeasureAsync(server, body, 1, options.Round)).P50 - RawModel.MedianMicroseconds(model.File, input, Shape, data, TimeSpan.FromSeconds(1)));
        }

        ratios.Sort();
        alone.Sort();
        report.Add($"{name}, binary", [many[^1]]);
        report.AtLeast($"{name}, 8 clients: requests/s against the best way of ONNX Runtime alone", ratios[ratios.Count / 2], 0.95);
        report.Note($"{name}, one client: added to the run", alone[alone.Count / 2], "µs");
    }

    /// <summary>A model that only looks at the image (its largest value), so that reading the tensor is what is measured.</summary>
    private static async Task FormsAsync(Workspace workspace, Report report, BenchOptions options)
    {
        var model = workspace.Pack("image", new OnnxBuilder()
            .Node("ReduceMax", ["x"], ["y"])
            .Input("x", OnnxBuilder.Float, 1, 3, 224, 224)
            .Output("y", OnnxBuilder.Float, 1, 1, 1, 1)
            .Build());
        var data = Pixels();
        await using var server = await Subject.FairleadAsync(model);
        var json = Body.Json(workspace, "x", Shape, data);
        await server.ReadyAsync(json);
        var forms = await Comparison.RunAsync([(server, json), (server, Body.Binary(workspace, "x", Shape, data))], 8, options);
        report.Add("image, JSON then binary", forms);
        report.AtLeast("binary tensors of 1×3×224×224: requests/s against JSON", forms[1].Rate / forms[0].Rate, 3);
    }

    private static float[] Pixels()
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, 3 * 224 * 224).Select(_ => random.NextSingle())];
    }
}

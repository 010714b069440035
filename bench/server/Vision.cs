using System.Globalization;
using Fairlead.Onnx;
using Fairlead.Testing.Models;
using Fairlead.Testing.SharedData;

namespace Fairlead.Bench.Server;

/// <summary>Images [1,3,224,224]: what the server adds to a model that computes, and what the form of a large tensor costs.</summary>
internal static class Vision
{
    private static readonly long[] Shape = [1, 3, 224, 224];

    private static readonly RawWay[] Ways = [.. new[] { (1, 1), (1, 2), (2, 1), (2, 2), (4, 1), (8, 1) }.SelectMany(w => new[] { false, true }.Select(planned => new RawWay(w.Item1, w.Item2, planned)))];

    // Of what is under way when a load begins and ends up to a run of each thread is lost: little of a long round, but of two seconds with runs of 80 ms a twentieth.
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(6);

    // Until the runtime has compiled anew what is called often: 7 % of the machine in the first seconds, and nothing after them.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Workspace workspace, Report report, BenchOptions options, string name)
    {
        var model = workspace.Pack(name, File.ReadAllBytes(SharedFiles.PathOf($"models/light/{name}.onnx")));
        string input;
        using (var onnx = OnnxModel.Load(model.File, new OnnxOptions())) input = onnx.Inputs[0].Name;
        var data = Pixels();
        var body = Body.Binary(workspace, input, Shape, data);
        await using var server = await Subject.FairleadAsync(model);
        await server.ReadyAsync(body);
        await Wrk.RunAsync(server.Url, body, 8, WarmUp);

        // The best way is chosen first: the largest of a dozen noisy figures a round would be more than any way gives.
        var best = Ways.MaxBy(way => RawModel.Rate(model.File, input, Shape, data, way, TimeSpan.FromSeconds(1)));

        // In turn and in alternating order, so that what the machine does meanwhile meets both.
        await using var least = await Subject.LeastAsync(model, best);
        await least.ReadyAsync(body);
        var (alone, many, ratios, floors, costs) = (new List<double>(), new List<Figures>(), new List<double>(), new List<double>(), new List<double>());
        var leastFigures = new List<Figures>();
        for (var round = 0; round < options.Rounds; round++)
        {
            var raw = round % 2 == 0 ? RawRate() : 0;
            var served = await Comparison.MeasureAsync(server, body, 8, Round);
            if (raw == 0) raw = RawRate();
            many.Add(served);
            leastFigures.Add(await Comparison.MeasureAsync(least, body, 8, Round));
            ratios.Add(served.Rate / raw);
            costs.Add(served.CpuPerThousand / 1000 / (Math.Min(best.Callers * best.IntraOp, Environment.ProcessorCount) / raw));
            floors.Add(leastFigures[^1].Rate / raw);
            alone.Add((await Comparison.MeasureAsync(server, body, 1, options.Round)).P50 - RawModel.MedianMicroseconds(model.File, input, Shape, data, TimeSpan.FromSeconds(1)));
        }

        ratios.Sort();
        alone.Sort();
        floors.Sort();
        costs.Sort();
        report.Add($"{name}, binary", [many[^1], leastFigures[^1]]);
        report.AtLeast($"{name}, 8 clients: requests/s against the best way of ONNX Runtime alone", ratios[ratios.Count / 2], 0.95, $"× ({string.Join(", ", ratios.Select(r => r.ToString("0.00", CultureInfo.InvariantCulture)))}; {best.Callers} callers, {best.IntraOp} threads a run{(best.Planned ? ", planned memory" : "")})");
        report.Note($"{name}, 8 clients: the least server against the same", floors[floors.Count / 2], $"× ({string.Join(", ", floors.Select(r => r.ToString("0.00", CultureInfo.InvariantCulture)))})");
        report.Note($"{name}, 8 clients: the server's processor time for a request against a run's", costs[costs.Count / 2], "× (the rest of what is missing is the clients')");
        report.Note($"{name}, one client: added to the run", alone[alone.Count / 2], "µs");

        double RawRate() => RawModel.Rate(model.File, input, Shape, data, best, Round);
    }

    /// <summary>A model that only looks at the image (its largest value), so that reading the tensor is what is measured.</summary>
    public static async Task RunFormsAsync(Workspace workspace, Report report, BenchOptions options)
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

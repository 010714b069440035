using Fairlead.Testing.SharedData;

namespace Fairlead.Bench.Server;

/// <summary>Iris, logistic regression, one row: what a request costs when the model costs next to nothing.</summary>
internal static class SmallTensor
{
    private const string Input = "X";

    // Differences of some percent are looked for, on a machine that differs by more from one moment to the next.
    private const int Rounds = 12;
    private static readonly long[] Shape = [1, 2];
    private static readonly float[] Row = [5.1f, 3.5f];

    public static async Task RunAsync(Workspace workspace, Report report, BenchOptions options)
    {
        var model = Model(workspace);
        var body = Body.Json(workspace, Input, Shape, Row);
        await using var echo = await Subject.EchoAsync();
        await using var server = await Subject.FairleadAsync(model);
        await using var fastApi = await Subject.FastApiAsync();
        (Subject, Body)[] programs = [(echo, body), (server, body), (fastApi, body)];

        var many = await Comparison.RunAsync(programs, 16, options);
        report.Add("iris, JSON", many);
        report.AtLeast("16 connections: requests/s against the bare echo", many[1].Rate / many[0].Rate, 0.9);
        report.AtLeast("16 connections: requests/s against FastAPI", many[1].Rate / many[2].Rate, 8);

        var raw = RawModel.MedianMicroseconds(model.File, Input, Shape, Row, options.Round);
        var one = await Comparison.RunAsync(programs, 1, options);
        report.Add("iris, JSON", one);
        report.AtMost("one connection: p50", one[1].P50, one[0].P50 + raw + 30, $"µs (echo {one[0].P50:0} + ONNX Runtime {raw:0.0} + 30)");
    }

    /// <summary>Binary tensors against JSON, and batching against none.</summary>
    public static async Task RunFormsAsync(Workspace workspace, Report report, BenchOptions options)
    {
        var model = Model(workspace);
        var (json, binary) = (Body.Json(workspace, Input, Shape, Row), Body.Binary(workspace, Input, Shape, Row));
        await using var server = await Subject.FairleadAsync(model);
        await using var single = await Subject.FairleadAsync(model, ("FAIRLEAD_BATCH_SIZE", "1"));
        await server.ReadyAsync(json);
        await single.ReadyAsync(json);

        var (forms, faster) = await Comparison.AlternateAsync((server, binary), (server, json), 16, Rounds, options);
        report.Add("iris, binary then JSON", forms);
        report.AtLeast("small binary tensors: requests/s against JSON", faster, 1);

        var (batching, kept) = await Comparison.AlternateAsync((server, json), (single, json), 16, Rounds, options);
        report.Add("iris, batching on then off", batching);
        report.AtLeast("iris with batching: requests/s against none", kept, 0.98);
    }

    public static PackedModel Model(Workspace workspace) => workspace.Pack("iris", File.ReadAllBytes(SharedFiles.PathOf("models/sklearn/logreg_iris.onnx")));
}

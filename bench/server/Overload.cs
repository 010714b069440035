using Fairlead.Onnx;
using Fairlead.Testing.Models;
using Fairlead.Testing.SharedData;

namespace Fairlead.Bench.Server;

/// <summary>
/// Models that compute for milliseconds under an open load: requests leave at their times, whether or not answers have come.
/// First what there is to reach, then 0.8 of it, then twice of it for a minute, then 0.8 again. Once with a request of a few
/// bytes, and once with an image of 600 KB, where what is refused still has to cross the machine that the runs need.
/// </summary>
internal static class Overload
{
    // What a request may take is what bounds the latency of those that are admitted: with more, more of them may wait.
    private const string Timeout = "150ms";

    public static async Task RunAsync(Workspace workspace, Report report)
    {
        var small = workspace.Pack("convolutions", Convolutions());
        await ModelAsync(report, "16 B", small, Body.Json(workspace, "x", [1, 4, 1, 1], [0.1f, 0.2f, 0.3f, 0.4f]));
    }

    public static async Task RunImagesAsync(Workspace workspace, Report report)
    {
        var images = workspace.Pack("squeezenet", File.ReadAllBytes(SharedFiles.PathOf("models/light/light_squeezenet.onnx")));
        var random = new Random(7);
        string input;
        using (var onnx = OnnxModel.Load(images.File, new OnnxOptions())) input = onnx.Inputs[0].Name;
        await ModelAsync(report, "600 KB", images, Body.Binary(workspace, input, [1, 3, 224, 224], [.. Enumerable.Range(0, 3 * 224 * 224).Select(_ => random.NextSingle())]));
    }

    private static async Task ModelAsync(Report report, string size, PackedModel model, Body body)
    {
        await using var server = await Subject.FairleadAsync(model, ("FAIRLEAD_TIMEOUT", Timeout));
        await server.ReadyAsync(body);
        await Wrk.RunAsync(server.Url, body, 8, TimeSpan.FromSeconds(3));
        var peak = (await Wrk.RunAsync(server.Url, body, 8, TimeSpan.FromSeconds(8))).Rate;

        // The load generator compiles itself meanwhile.
        await OpenLoad.RunAsync(server.Url, body, 0.5 * peak, TimeSpan.FromSeconds(2));
        var calm = await OpenLoad.RunAsync(server.Url, body, 0.8 * peak, TimeSpan.FromSeconds(10));
        var before = server.ResidentMegabytes;
        var storm = await OpenLoad.RunAsync(server.Url, body, 2 * peak, TimeSpan.FromSeconds(60));
        var after = server.ResidentMegabytes;

        // "Normal within 5 s": whoever comes five seconds later is answered as before.
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
        var again = await OpenLoad.RunAsync(server.Url, body, 0.8 * peak, TimeSpan.FromSeconds(10));

        report.Note($"{size}: peak", peak, $"requests/s (offered for 60 s: {storm.Offered:0})");
        report.AtLeast($"{size}, twice the capacity: answered with 200 against the peak", storm.Rate / peak, 0.95);
        report.AtMost($"{size}, twice the capacity: p99 of what is admitted against that at 0.8", storm.P99 / calm.P99, 3, $"× ({storm.P99 / 1000:0} ms, {calm.P99 / 1000:0} ms)");
        report.AtMost($"{size}, twice the capacity: answers other than 200, 429 and 503", storm.Other, 0, $"of {storm.Sent} ({storm.Refused} refused{(storm.Other > 0 ? $"; {storm.OthersText}" : "")})");
        report.AtMost($"{size}, twice the capacity: memory gained", after - before, 100, "MB");
        report.AtLeast($"{size}, five seconds later at 0.8: answered with 200 against before", again.Rate / calm.Rate, 0.98, $"× ({again.Refused + again.Other} of {again.Sent} not, {calm.Refused + calm.Other} of {calm.Sent} before)");
    }

    /// <summary>Four numbers become an image, and that goes through convolutions: some milliseconds for a request of a few bytes.</summary>
    private static byte[] Convolutions() => new OnnxBuilder()
        .Initializer(OnnxBuilder.Floats("w1", [64, 4, 3, 3], Weights(64 * 4 * 9)))
        .Initializer(OnnxBuilder.Floats("w2", [64, 64, 3, 3], Weights(64 * 64 * 9)))
        .Initializer(OnnxBuilder.Floats("one", [1, 4, 56, 56], [.. Enumerable.Repeat(1f, 4 * 56 * 56)]))
        .Node("Mul", ["x", "one"], ["image"])
        .Node("Conv", ["image", "w1"], ["a"])
        .Node("Conv", ["a", "w2"], ["b"])
        .Node("Conv", ["b", "w2"], ["c"])
        .Node("ReduceMax", ["c"], ["y"], OnnxBuilder.Attribute("keepdims", 0))
        .Input("x", OnnxBuilder.Float, 1, 4, 1, 1)
        .Output("y", OnnxBuilder.Float)
        .Build();

    private static float[] Weights(int count)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) / 10)];
    }
}

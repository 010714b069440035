using Fairlead.Testing.SharedData;

namespace Fairlead.Bench.Server;

/// <summary>
/// A model that computes for milliseconds under an open load: requests leave at their times, whether or not answers have
/// come. First what it can do, then 0.8 of it, then twice of it for a minute, then 0.8 again.
/// </summary>
internal static class Overload
{
    // What a request may take is what bounds the latency of those that are admitted: with more, more of them may wait.
    private const string Timeout = "150ms";

    public static async Task RunAsync(Workspace workspace, Report report)
    {
        var model = workspace.Pack("squeezenet", File.ReadAllBytes(SharedFiles.PathOf("models/light/light_squeezenet.onnx")));
        var random = new Random(7);
        string input;
        using (var onnx = Fairlead.Onnx.OnnxModel.Load(model.File, new Fairlead.Onnx.OnnxOptions())) input = onnx.Inputs[0].Name;
        var body = Body.Binary(workspace, input, [1, 3, 224, 224], [.. Enumerable.Range(0, 3 * 224 * 224).Select(_ => random.NextSingle())]);
        await using var server = await Subject.FairleadAsync(model, ("FAIRLEAD_TIMEOUT", Timeout));
        await server.ReadyAsync(body);
        await Wrk.RunAsync(server.Url, body, 8, TimeSpan.FromSeconds(4));
        var peak = (await Wrk.RunAsync(server.Url, body, 8, TimeSpan.FromSeconds(10))).Rate;

        var calm = await OpenLoad.RunAsync(server.Url, body, 0.8 * peak, TimeSpan.FromSeconds(15));
        var before = server.ResidentMegabytes;
        var storm = await OpenLoad.RunAsync(server.Url, body, 2 * peak, TimeSpan.FromSeconds(60));
        var after = server.ResidentMegabytes;

        // "Normal within 5 s": whoever comes five seconds later is answered as before.
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
        var again = await OpenLoad.RunAsync(server.Url, body, 0.8 * peak, TimeSpan.FromSeconds(10));

        report.Note("peak", peak, "requests/s");
        report.Note("offered for 60 s", storm.Offered, "requests/s");
        report.AtLeast("twice the capacity: answered with 200 against the peak", storm.Rate / peak, 0.95);
        report.AtMost("twice the capacity: p99 of what is admitted against that at 0.8", storm.P99 / calm.P99, 3, $"× ({storm.P99 / 1000:0} ms, {calm.P99 / 1000:0} ms)");
        report.AtMost("twice the capacity: answers other than 200, 429 and 503", storm.Other, 0, $"of {storm.Sent} ({storm.Refused} refused{(storm.Other > 0 ? $"; {storm.OthersText}" : "")})");
        report.AtMost("twice the capacity: memory gained", after - before, 100, "MB");
        report.AtMost("five seconds later at 0.8: refused or failed", again.Refused + again.Other, 0, $"of {again.Sent}");
    }
}

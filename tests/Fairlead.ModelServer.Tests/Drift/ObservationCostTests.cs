using System.Diagnostics;
using System.Globalization;
using Fairlead.Core.Models;
using Fairlead.ModelServer.Drift;
using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Metrics;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Running;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Onnx;
using Fairlead.Telemetry.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Fairlead.ModelServer.Tests.Drift;

/// <summary>What the look at a request costs, beside the request's own reading, run and writing (the network comes on top of that).</summary>
public sealed class ObservationCostTests(ITestOutputHelper output)
{
    private const int Rounds = 2000;

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public void Observing_AllocatesNothing_AndIsASmallPartOfTheRequest(int rows)
    {
        using var folder = PackedFolder.Of(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "penguins", "penguins.onnx")), d => d with { Reference = "reference.csv" });
        File.Copy(Path.Combine(AppContext.BaseDirectory, "penguins", "reference.csv"), folder.PathOf("reference.csv"));
        ModelFolder.Open(folder.Path).TryGet(out var opened).ShouldBeTrue();
        using var onnx = OnnxModel.Load(folder.PathOf("model.onnx"), new OnnxOptions(1));
        var metrics = new ServerMetrics(new MetricRegistry());
        var monitor = new DriftSetup(metrics, TimeProvider.System, NullLogger.Instance).Build(opened!, onnx, CancellationToken.None).ShouldNotBeNull();
        var served = new ServedModel(opened!.Descriptor, onnx, new ModelSignature(onnx.Inputs, onnx.Outputs), new PredictionCounters(new ModelDescriptor { Name = "m", Version = "1", File = "model.onnx" }, onnx.Outputs, metrics));
        var tensors = onnx.Inputs.Select(i => $$"""{"name":"{{i.Name}}","datatype":"FP32","shape":[{{rows}},1],"data":[{{string.Join(',', Enumerable.Range(0, rows).Select(r => (r + 17.5).ToString(CultureInfo.InvariantCulture)))}}]}""");
        var body = System.Text.Encoding.UTF8.GetBytes($$"""{"inputs":[{{string.Join(',', tensors)}}]}""");

        // Medians: other tests take the processor away now and then.
        double[] requests = new double[Rounds], observations = new double[Rounds];
        var clock = Enumerable.Range(0, Rounds).Select(_ => Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp()).TotalMicroseconds).Order().ElementAt(Rounds / 2);
        var allocated = 0L;
        for (var i = 0; i < 2 * Rounds; i++)
        {
            // The first half warms up.
            if (i == Rounds) allocated = 0;
            var began = Stopwatch.GetTimestamp();
            using var read = InferRequestReader.Read(body, served.Signature);
            using var outputs = served.Run(read.Inputs!, null, CancellationToken.None);
            using var answer = new PooledBuffer();
            InferResponseWriter.Write(answer, served, read, outputs);
            requests[i % Rounds] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            var bytes = GC.GetAllocatedBytesForCurrentThread();
            began = Stopwatch.GetTimestamp();
            monitor.Observe(read.Inputs, outputs);
            observations[i % Rounds] = Stopwatch.GetElapsedTime(began).TotalMicroseconds - clock;
            allocated += GC.GetAllocatedBytesForCurrentThread() - bytes;
        }

        var (request, observing) = (requests.Order().ElementAt(Rounds / 2), observations.Order().ElementAt(Rounds / 2));
        output.WriteLine($"{rows} rows: {request:F2} µs a request, {observing:F2} µs to observe it: {observing / request:P2}; {allocated / Rounds} bytes; the clock's {clock:F2} µs are taken off");
        allocated.ShouldBeLessThan(Rounds, "bytes");
    }
}

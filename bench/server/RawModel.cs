using System.Diagnostics;
using System.Runtime.InteropServices;
using Fairlead.Onnx;

namespace Fairlead.Bench.Server;

/// <param name="Callers">Threads that each run by themselves.</param>
/// <param name="IntraOp">Threads that share one run.</param>
/// <param name="Planned">See <see cref="OnnxOptions.PlannedMemory"/>.</param>
internal readonly record struct RawWay(int Callers, int IntraOp, bool Planned);

/// <summary>The same model on ONNX Runtime in this process, without a server: what there is to reach.</summary>
internal static class RawModel
{
    /// <summary>Median microseconds of one run, one after another.</summary>
    public static double MedianMicroseconds(string file, string input, long[] shape, float[] data, TimeSpan duration)
    {
        using var model = OnnxModel.Load(file, new OnnxOptions(IntraOpThreads: CpuQuota.Threads) { PlannedMemory = true });
        var times = new List<double>();
        var inputs = Inputs(input, shape, data);
        var until = Stopwatch.StartNew();
        while (until.Elapsed < duration)
        {
            var start = Stopwatch.GetTimestamp();
            using (model.Evaluate(inputs, null, CancellationToken.None)) times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        times.Sort();
        return times[times.Count / 2];
    }

    /// <summary>Runs a second.</summary>
    public static double Rate(string file, string input, long[] shape, float[] data, RawWay way, TimeSpan duration)
    {
        using var model = OnnxModel.Load(file, new OnnxOptions(IntraOpThreads: way.IntraOp) { PlannedMemory = way.Planned });
        var runs = 0;
        using (model.Evaluate(Inputs(input, shape, data), null, CancellationToken.None))
        {
        }

        var start = Stopwatch.GetTimestamp();
        var callers = Enumerable.Range(0, way.Callers).Select(_ => new Thread(() =>
        {
            var inputs = Inputs(input, shape, data);
            while (Stopwatch.GetElapsedTime(start) < duration)
            {
                using (model.Evaluate(inputs, null, CancellationToken.None)) Interlocked.Increment(ref runs);
            }
        })).ToList();
        callers.ForEach(c => c.Start());
        callers.ForEach(c => c.Join());
        return runs / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static NamedTensor[] Inputs(string input, long[] shape, float[] data) =>
        [new NamedTensor(input, Tensor.OfBytes(TensorType.Float32, shape, MemoryMarshal.AsBytes(data.AsSpan()).ToArray()))];
}

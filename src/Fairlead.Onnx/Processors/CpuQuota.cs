using Fairlead.Onnx.Processors;

namespace Fairlead.Onnx;

/// <summary>The processor that this process may use: its cgroup's quota (v1 or v2), else the machine's.</summary>
public static class CpuQuota
{
    /// <summary>Cores, such as 0.5; never above the processors that the process may run on.</summary>
    public static double Cores => Math.Min(CgroupQuota.Find(CgroupQuota.ReadFile) ?? double.MaxValue, Environment.ProcessorCount);

    /// <summary>Threads for a pool: <see cref="Cores"/> rounded up, at least 1.</summary>
    public static int Threads => ThreadsFor(Cores);

    /// <summary>Threads for a pool that may use so many cores; more would only be throttled.</summary>
    public static int ThreadsFor(double cores) => Math.Max(1, (int)Math.Ceiling(Math.Min(cores, Environment.ProcessorCount)));
}

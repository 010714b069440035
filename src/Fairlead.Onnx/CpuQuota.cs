namespace Fairlead.Onnx;

/// <summary>The processor that this process may use: its cgroup's quota (v1 or v2), else the machine's.</summary>
public static class CpuQuota
{
    /// <summary>Cores, such as 0.5; never above the processors that the process may run on.</summary>
    public static double Cores => throw new NotSupportedException();

    /// <summary>Threads for a pool: <see cref="Cores"/> rounded up, at least 1.</summary>
    public static int Threads => throw new NotSupportedException();
}

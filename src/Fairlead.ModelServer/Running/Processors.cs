using Fairlead.Core.Units;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Running;

/// <summary>The processor that this replica may use, and what follows from it. Never the host's core count when there is a quota.</summary>
/// <param name="Cores">Such as 0.5.</param>
/// <param name="Origin">Where the number is from.</param>
internal sealed record Processors(double Cores, string Origin)
{
    /// <summary>Threads of ONNX Runtime's pool, and runs at once.</summary>
    public int Threads => Math.Max(1, (int)Math.Ceiling(Cores));

    public static Processors Find(CpuQuantity? asked) =>
        asked is { } cpu ? new Processors(cpu.Cores, "FAIRLEAD_CPU") : new Processors(CpuQuota.Cores, "cgroup quota or machine");
}

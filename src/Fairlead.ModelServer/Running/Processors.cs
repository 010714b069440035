using Fairlead.Core.Units;
using Fairlead.ModelServer.Settings;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Running;

/// <summary>
/// The processor that this replica may use, and what follows from it. Never the host's core count when there is a quota, and
/// never more threads than processors: runs that share their threads with others are slower than runs that wait.
/// </summary>
/// <param name="Cores">Such as 0.5.</param>
/// <param name="Origin">Where the number is from.</param>
/// <param name="IntraOpThreads">Threads that share one run.</param>
internal sealed record Processors(double Cores, string Origin, int IntraOpThreads)
{
    public int Threads => Math.Max(1, (int)Math.Ceiling(Cores));

    public int ConcurrentRuns => Math.Max(1, Threads / IntraOpThreads);

    public static Processors Find(ServerOptions options)
    {
        var (cores, origin) = options.Cpu is { } cpu ? (cpu.Cores, "FAIRLEAD_CPU") : (CpuQuota.Cores, "cgroup quota or machine");
        var threads = Math.Max(1, (int)Math.Ceiling(cores));
        return new Processors(cores, origin, Math.Min(options.IntraOpThreads, threads));
    }
}

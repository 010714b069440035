using Fairlead.Core.Engines;
using Fairlead.Core.Units;
using Fairlead.Engines.Docker.Api;

namespace Fairlead.Engines.Docker.Containers;

/// <summary>A container's limits in our units. Pure.</summary>
internal static class LimitsRule
{
    private const long NanosOfAMillicore = 1_000_000;
    private const long DefaultPeriod = 100_000;

    public static ReplicaLimits Of(LimitsAnswer host) => new(CpuOf(host), host.Memory > 0 ? new ByteSize(host.Memory) : null);

    private static CpuQuantity? CpuOf(LimitsAnswer host) => host switch
    {
        { NanoCpus: > 0 and var nanos } => new CpuQuantity((int)(nanos / NanosOfAMillicore)),
        { CpuQuota: > 0 and var quota } => new CpuQuantity((int)(quota * 1000 / (host.CpuPeriod > 0 ? host.CpuPeriod : DefaultPeriod))),
        _ => null,
    };
}

using Fairlead.Core.Units;

namespace Fairlead.Engines.Cgroups;

/// <summary>What is written into a cgroup's files for a limit.</summary>
/// <param name="Optional">Missing on some kernels (without swap accounting); then the limit still holds for memory itself.</param>
internal sealed record CgroupSetting(string File, string Value, bool Optional = false);

internal static class CgroupSettings
{
    private const long Period = 100_000;
    private const long LongestPeriod = 1_000_000;
    private const long SmallestQuota = 1_000;

    /// <summary>Microseconds of processor per period. The kernel takes no quota below 1 ms, so small shares get a longer period.</summary>
    public static IReadOnlyList<CgroupSetting> Cpu(CgroupVersion version, CpuQuantity cpu)
    {
        var period = cpu.Millicores * Period / 1000 < SmallestQuota ? LongestPeriod : Period;
        var quota = Math.Max(SmallestQuota, cpu.Millicores * period / 1000);
        return version == CgroupVersion.V2
            ? [new("cpu.max", $"{quota} {period}")]
            : [new("cpu.cfs_period_us", $"{period}"), new("cpu.cfs_quota_us", $"{quota}")];
    }

    /// <summary>Swap is closed off too: a limit that swaps instead of killing makes a replica slow and nobody knows why.</summary>
    public static IReadOnlyList<CgroupSetting> Memory(CgroupVersion version, ByteSize memory) => version == CgroupVersion.V2
        ? [new("memory.max", $"{memory.Bytes}"), new("memory.swap.max", "0", Optional: true)]
        : [new("memory.limit_in_bytes", $"{memory.Bytes}"), new("memory.memsw.limit_in_bytes", $"{memory.Bytes}", Optional: true)];

    /// <summary>How often the kernel killed in a cgroup, from <c>memory.events</c> (v2) or <c>memory.oom_control</c> (v1).</summary>
    public static long OutOfMemoryKills(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.Split(' ') is ["oom_kill", var count] && long.TryParse(count, out var kills)) return kills;
        }

        return 0;
    }
}

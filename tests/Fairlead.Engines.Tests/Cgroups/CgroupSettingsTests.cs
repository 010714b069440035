using Fairlead.Core.Units;
using Fairlead.Engines.Cgroups;

namespace Fairlead.Engines.Tests.Cgroups;

public sealed class CgroupSettingsTests
{
    [Theory]
    [InlineData(2000, 200_000, 100_000)]
    [InlineData(500, 50_000, 100_000)]
    [InlineData(10, 1_000, 100_000)]
    [InlineData(9, 9_000, 1_000_000)]
    [InlineData(1, 1_000, 1_000_000)]
    public void ProcessorIsAQuotaThatTheKernelTakes(int millicores, int quota, int period)
    {
        var cpu = new CpuQuantity(millicores);

        CgroupSettings.Cpu(CgroupVersion.V2, cpu).ShouldBe([new("cpu.max", $"{quota} {period}")]);
        CgroupSettings.Cpu(CgroupVersion.V1, cpu).ShouldBe([new("cpu.cfs_period_us", $"{period}"), new("cpu.cfs_quota_us", $"{quota}")]);
    }

    [Fact]
    public void MemoryIsLimitedWithItsSwap()
    {
        var memory = new ByteSize(64 << 20);

        CgroupSettings.Memory(CgroupVersion.V2, memory).ShouldBe([new("memory.max", "67108864"), new("memory.swap.max", "0", Optional: true)]);
        CgroupSettings.Memory(CgroupVersion.V1, memory).ShouldBe(
            [new("memory.limit_in_bytes", "67108864"), new("memory.memsw.limit_in_bytes", "67108864", Optional: true)]);
    }

    [Theory]
    [InlineData("v2", "low 0\nhigh 0\nmax 12\noom 1\noom_kill 2\noom_group_kill 0\n", 2)]
    [InlineData("v1", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n", 1)]
    [InlineData("an old kernel", "oom_kill_disable 0\nunder_oom 0\n", 0)]
    [InlineData("nothing", "", 0)]
    public void KillsAreCounted(string label, string text, long kills) => CgroupSettings.OutOfMemoryKills(text).ShouldBe(kills, label);
}

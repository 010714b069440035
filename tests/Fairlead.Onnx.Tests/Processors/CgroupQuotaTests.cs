using Fairlead.Onnx.Processors;

namespace Fairlead.Onnx.Tests.Processors;

public sealed class CgroupQuotaTests
{
    [Theory]
    [InlineData("version 2, own group", "/proc/self/cgroup=0::/app\n|/sys/fs/cgroup/app/cpu.max=50000 100000\n", 0.5)]
    [InlineData("version 2, no limit", "/proc/self/cgroup=0::/app\n|/sys/fs/cgroup/app/cpu.max=max 100000\n", null)]
    [InlineData("version 2, an ancestor's is smaller", "/proc/self/cgroup=0::/pod/app\n|/sys/fs/cgroup/pod/cpu.max=150000 100000|/sys/fs/cgroup/pod/app/cpu.max=300000 100000", 1.5)]
    [InlineData("version 2, only an ancestor has one", "/proc/self/cgroup=0::/pod/app\n|/sys/fs/cgroup/pod/cpu.max=200000 100000", 2.0)]
    [InlineData("version 2, container's root", "/proc/self/cgroup=0::/\n|/sys/fs/cgroup/cpu.max=25000 100000", 0.25)]
    [InlineData("version 2, path of the host", "/proc/self/cgroup=0::/docker/abc\n|/sys/fs/cgroup/cpu.max=25000 100000", 0.25)]
    [InlineData("version 1", "/proc/self/cgroup=5:cpu,cpuacct:/app\n3:memory:/app\n|/sys/fs/cgroup/cpu,cpuacct/app/cpu.cfs_quota_us=250000\n|/sys/fs/cgroup/cpu,cpuacct/app/cpu.cfs_period_us=100000\n", 2.5)]
    [InlineData("version 1, short mount", "/proc/self/cgroup=5:cpuacct,cpu:/app\n|/sys/fs/cgroup/cpu/app/cpu.cfs_quota_us=50000|/sys/fs/cgroup/cpu/app/cpu.cfs_period_us=100000", 0.5)]
    [InlineData("version 1, no limit", "/proc/self/cgroup=5:cpu:/app\n|/sys/fs/cgroup/cpu/app/cpu.cfs_quota_us=-1|/sys/fs/cgroup/cpu/app/cpu.cfs_period_us=100000", null)]
    [InlineData("both versions", "/proc/self/cgroup=5:cpu:/a\n0::/b\n|/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us=50000|/sys/fs/cgroup/cpu/a/cpu.cfs_period_us=100000|/sys/fs/cgroup/b/cpu.max=75000 100000", 0.5)]
    [InlineData("nothing there", "", null)]
    [InlineData("garbage", "/proc/self/cgroup=nonsense\n::\n0::/x|/sys/fs/cgroup/x/cpu.max=a b c", null)]
    public void TheSmallestQuotaOnTheWayUpCounts(string name, string files, double? expected)
    {
        var texts = files.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(f => f.Split('=', 2)).ToDictionary(f => f[0], f => f[1]);

        CgroupQuota.Find(texts.GetValueOrDefault).ShouldBe(expected, name);
    }

    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(1.0, 1)]
    [InlineData(1.01, 2)]
    public void ThreadsRoundUp(double cores, int expected) => CpuQuota.ThreadsFor(cores).ShouldBe(Math.Min(expected, Environment.ProcessorCount));

    [Fact]
    public void CoresStayWithinTheMachine() => CpuQuota.Cores.ShouldBeInRange(0.001, Environment.ProcessorCount);
}

using Fairlead.Engines.Cgroups;

namespace Fairlead.Engines.Tests.Cgroups;

public sealed class CgroupLayoutTests
{
    private const string V1 = """
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
        35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        """;

    private const string V2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

    [Fact]
    public void OnV1EachControllerIsInTheHierarchyThatNamesIt()
    {
        const string self = "4:memory:/app/x\n1:cpu,cpuacct:/\n0::/\n";

        Find("cpu", V1, self).ShouldBe(new CgroupMount("cpu", CgroupVersion.V1, "/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/cpu,cpuacct"));
        Find("cpuacct", V1, self).ShouldNotBeNull().MountPoint.ShouldBe("/sys/fs/cgroup/cpu,cpuacct");
        Find("memory", V1, self).ShouldBe(new CgroupMount("memory", CgroupVersion.V1, "/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/app/x"));
    }

    [Fact]
    public void OnV2AllControllersAreInOne()
    {
        var found = Find("memory", V2, "0::/user.slice/session-3.scope\n", "cpu", "memory").ShouldNotBeNull();

        found.Version.ShouldBe(CgroupVersion.V2);
        found.Upwards().ShouldBe(["/sys/fs/cgroup/user.slice/session-3.scope", "/sys/fs/cgroup/user.slice", "/sys/fs/cgroup"]);
    }

    [Fact]
    public void OnV2AControllerThatIsNotOfferedIsNotThere() => Find("cpu", V2, "0::/\n", "memory").ShouldBeNull();

    [Fact]
    public void OnAHybridMachineV1HasTheControllerThatIsMountedThere()
    {
        var mounts = V1 + "\n41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";
        const string self = "4:memory:/a\n1:name=systemd:/\n0::/b\n";

        Find("memory", mounts, self, "cpu").ShouldNotBeNull().Version.ShouldBe(CgroupVersion.V1);
        Find("cpu", mounts, self, "cpu").ShouldBe(new CgroupMount("cpu", CgroupVersion.V2, "/sys/fs/cgroup/unified", "/sys/fs/cgroup/unified/b"));
    }

    [Theory]
    [InlineData("the container's own cgroup is mounted", "/docker/abc", "/docker/abc", "/sys/fs/cgroup/memory")]
    [InlineData("a cgroup inside it", "/docker/abc", "/docker/abc/in", "/sys/fs/cgroup/memory/in")]
    [InlineData("a neighbour with a longer name", "/docker/abc", "/docker/abcd", "/sys/fs/cgroup/memory")]
    [InlineData("outside of the namespace", "/", "/../other", "/sys/fs/cgroup/memory")]
    public void InAContainerThePathIsTakenFromWhatIsMounted(string label, string root, string path, string own)
    {
        var mounts = $"35 31 0:32 {root} /sys/fs/cgroup/memory ro,nosuid - cgroup cgroup rw,memory\n";

        Find("memory", mounts, $"4:memory:{path}\n").ShouldNotBeNull(label).Own.ShouldBe(own);
    }

    [Fact]
    public void WithoutCgroupsThereAreNone()
    {
        Find("memory", "22 27 0:21 / /proc rw,relatime - proc proc rw\n", "").ShouldBeNull();
        Find("memory", "", "0::/\n").ShouldBeNull();
        Find("memory", "nonsense\n", "nonsense\n").ShouldBeNull();
    }

    [Fact]
    public void AnEscapedMountPointIsRead()
    {
        const string mounts = @"35 31 0:32 / /my\040cgroups/memory rw - cgroup cgroup rw,memory";

        Find("memory", mounts, "4:memory:/\n").ShouldNotBeNull().MountPoint.ShouldBe("/my cgroups/memory");
    }

    [Fact]
    public void WhatIsNotThereOrNotWritableIsSaidInPlainWords()
    {
        var none = CgroupLimits.Detect("", "", "/home/a");
        none.CpuUnavailable.ShouldBe("the kernel offers no cpu cgroup here");

        var readOnly = CgroupLimits.Detect("35 31 0:32 / /proc/sys/no-such rw - cgroup cgroup rw,memory", "4:memory:/\n", "/home/a");
        readOnly.MemoryUnavailable.ShouldNotBeNull().ShouldContain("no memory cgroup (v1) is writable");
        readOnly.Notes(new(Memory: new(1 << 20))).ShouldHaveSingleItem().ShouldStartWith("memory limit: ");
        readOnly.Notes(new()).ShouldBeEmpty();
    }

    [Fact]
    public void TwoHomesHaveDifferentNamesAndOneHasTheSame()
    {
        CgroupLimits.NameOf("/a/b").ShouldBe(CgroupLimits.NameOf("/a/../a/b"));
        CgroupLimits.NameOf("/a/b").ShouldNotBe(CgroupLimits.NameOf("/a/c"));
    }

    private static CgroupMount? Find(string controller, string mounts, string self, params string[] v2) =>
        CgroupLayout.Find(controller, mounts, self, _ => v2);
}

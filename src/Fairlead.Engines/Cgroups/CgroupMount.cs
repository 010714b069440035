namespace Fairlead.Engines.Cgroups;

internal enum CgroupVersion
{
    V1 = 1,
    V2 = 2,
}

/// <summary>Where this process is in one cgroup hierarchy.</summary>
/// <param name="Controller"><c>cpu</c>, <c>memory</c> or <c>cpuacct</c>.</param>
/// <param name="MountPoint">The top folder that this process sees.</param>
/// <param name="Own">The folder of its own cgroup, at or below the mount point.</param>
internal sealed record CgroupMount(string Controller, CgroupVersion Version, string MountPoint, string Own)
{
    /// <summary>The own cgroup and those above it that are visible, nearest first.</summary>
    public IEnumerable<string> Upwards()
    {
        for (var folder = Own; ; folder = Path.GetDirectoryName(folder)!)
        {
            yield return folder;
            if (folder == MountPoint) yield break;
        }
    }
}

using Fairlead.Engines.Processes;

namespace Fairlead.Engines.Cgroups;

/// <summary>One controller's place for the replicas of one home: a parent folder under the nearest cgroup that can hold it.</summary>
/// <param name="Parent"><c>…/fairlead-HASH</c>; there only while a replica of the home uses it.</param>
internal sealed record CgroupHierarchy(string Controller, CgroupVersion Version, string Parent)
{
    private const string SubtreeControl = "cgroup.subtree_control";

    public string FolderOf(string replica) => Path.Combine(Parent, replica);

    /// <summary>Tries for real, since mount options, ownership and the v2 rule against processes in inner cgroups all decide.</summary>
    /// <returns>Null and the reason when no visible cgroup can hold replicas.</returns>
    public static (CgroupHierarchy? Place, string? Reason) Open(CgroupMount? mount, string controller, string name)
    {
        if (mount is null) return (null, $"the kernel offers no {controller} cgroup here");
        foreach (var above in mount.Upwards())
        {
            var place = new CgroupHierarchy(controller, mount.Version, Path.Combine(above, name));
            var fresh = !Directory.Exists(place.Parent);
            if (!place.TryPrepare()) continue;
            if (fresh) CgroupFolder.TryDelete(place.Parent);
            return (place, null);
        }

        var who = Libc.geteuid() == 0 ? "" : "; run as root, or delegate a cgroup to this user";
        return (null, $"no {controller} cgroup (v{(int)mount.Version}) is writable at or above {mount.Own}{who}");
    }

    /// <summary>Makes the parent, with the controller handed down to its children.</summary>
    public bool TryPrepare()
    {
        var above = Path.GetDirectoryName(Parent)!;
        var fresh = !Directory.Exists(Parent);
        try
        {
            if (Version == CgroupVersion.V2 && !HandsDown(above)) File.WriteAllText(Path.Combine(above, SubtreeControl), $"+{Controller}");
            Directory.CreateDirectory(Parent);
            if (Libc.access(Path.Combine(Parent, "cgroup.procs"), Libc.WOk) != 0) return Abandon(fresh);
            if (Version == CgroupVersion.V2 && !HandsDown(Parent)) File.WriteAllText(Path.Combine(Parent, SubtreeControl), $"+{Controller}");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Abandon(fresh);
        }
    }

    private bool Abandon(bool fresh)
    {
        if (fresh) CgroupFolder.TryDelete(Parent);
        return false;
    }

    private bool HandsDown(string folder)
    {
        var file = Path.Combine(folder, SubtreeControl);
        return File.Exists(file) && File.ReadAllText(file).Split([' ', '\n']).Contains(Controller);
    }
}

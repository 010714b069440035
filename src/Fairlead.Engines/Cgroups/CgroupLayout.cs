namespace Fairlead.Engines.Cgroups;

/// <summary>
/// Which hierarchy holds which controller, worked out from <c>/proc/self/mountinfo</c> and <c>/proc/self/cgroup</c> alone
/// (cgroups(7), proc_pid_mountinfo(5)). On a hybrid machine a controller is in one hierarchy only, v1 where it is mounted.
/// </summary>
internal static class CgroupLayout
{
    /// <param name="v2Controllers">The controllers that a v2 folder offers, from its <c>cgroup.controllers</c>; asked only for v2.</param>
    /// <returns>Null when the controller is in no hierarchy that is mounted here.</returns>
    public static CgroupMount? Find(string controller, string mountInfo, string selfCgroup, Func<string, IReadOnlyList<string>> v2Controllers)
    {
        var mounts = mountInfo.Split('\n').Select(Mount.Parse).OfType<Mount>().ToList();
        var memberships = selfCgroup.Split('\n').Select(Membership.Parse).OfType<Membership>().ToList();

        // The last mount on a folder hides the ones before it.
        var v1 = mounts.FindLast(m => m.Type == "cgroup" && m.Options.Contains(controller));
        var v1Path = memberships.Find(m => m.Controllers.Contains(controller))?.Path;
        if (v1 is not null && v1Path is not null) return new CgroupMount(controller, CgroupVersion.V1, v1.Point, v1.Locate(v1Path));

        var v2 = mounts.FindLast(m => m.Type == "cgroup2");
        var v2Path = memberships.Find(m => m.Controllers is [""])?.Path;
        return v2 is not null && v2Path is not null && v2Controllers(v2.Point).Contains(controller)
            ? new CgroupMount(controller, CgroupVersion.V2, v2.Point, v2.Locate(v2Path))
            : null;
    }

    /// <param name="Root">The cgroup that is seen at the mount point: not <c>/</c> inside many containers.</param>
    private sealed record Mount(string Root, string Point, string Type, IReadOnlyList<string> Options)
    {
        public static Mount? Parse(string line)
        {
            // 36 35 98:0 /root /point options [optional fields] - type source super-options
            var halves = line.Split(" - ", 2);
            if (halves.Length != 2) return null;
            var before = halves[0].Split(' ');
            var after = halves[1].Split(' ');
            return before.Length < 6 || after.Length < 3
                ? null
                : new Mount(Unescape(before[3]), Unescape(before[4]), after[0], after[2].Split(','));
        }

        /// <summary>The folder of a cgroup path; the mount point itself when the path is not below what is mounted.</summary>
        public string Locate(string path)
        {
            var inside = Root == "/" ? path : path == Root ? "/" : path.StartsWith(Root + "/", StringComparison.Ordinal) ? path[Root.Length..] : "/";
            return inside == "/" || inside.Split('/').Contains("..") ? Point : Point + inside;
        }

        /// <summary>Space, tab, newline and backslash are written as octal.</summary>
        private static string Unescape(string text) =>
            text.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal)
                .Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);
    }

    private sealed record Membership(IReadOnlyList<string> Controllers, string Path)
    {
        public static Membership? Parse(string line) =>
            line.Split(':', 3) is [_, var controllers, var path] ? new Membership(controllers.Split(','), path) : null;
    }
}

using System.Globalization;

namespace Fairlead.Onnx.Processors;

/// <summary>
/// Finds the processor quota of this process's cgroup. A quota of any ancestor binds too, so the smallest on the way up
/// counts. (cgroup-v2.rst, "cpu.max"; cgroup-v1, "cpu.cfs_quota_us" and "cpu.cfs_period_us")
/// </summary>
internal static class CgroupQuota
{
    private const string MembershipFile = "/proc/self/cgroup";
    private const string Root = "/sys/fs/cgroup";

    /// <param name="read">A file's text; null when it is not there.</param>
    /// <returns>Cores; null when there is no limit.</returns>
    public static double? Find(Func<string, string?> read)
    {
        double? least = null;
        foreach (var line in (read(MembershipFile) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // hierarchy:controllers:path
            var parts = line.Split(':', 3);
            if (parts.Length != 3) continue;
            var quota = parts[1].Length == 0
                ? Least(parts[2], folder => ReadVersion2(folder, read), Root)
                : parts[1].Split(',').Contains("cpu") ? LeastVersion1(parts, read) : null;
            least = Min(least, quota);
        }

        return least;
    }

    public static string? ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // The hierarchy is mounted under the names of its controllers, in either form.
    private static double? LeastVersion1(string[] parts, Func<string, string?> read) =>
        Min(Least(parts[2], folder => ReadVersion1(folder, read), $"{Root}/{parts[1]}"), Least(parts[2], folder => ReadVersion1(folder, read), $"{Root}/cpu"));

    // Inside a container the path may be the host's while the mount shows the container's own group as its root:
    // folders that are not there say nothing, and the walk ends at the mount.
    private static double? Least(string path, Func<string, double?> quotaOf, string mount)
    {
        double? least = null;
        for (var group = path.TrimEnd('/'); ; group = group[..group.LastIndexOf('/')])
        {
            least = Min(least, quotaOf(mount + group));
            if (!group.Contains('/')) return least;
        }
    }

    private static double? ReadVersion2(string folder, Func<string, string?> read)
    {
        var words = read($"{folder}/cpu.max")?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length == 2 ? Ratio(words[0], words[1]) : null;
    }

    private static double? ReadVersion1(string folder, Func<string, string?> read) =>
        Ratio(read($"{folder}/cpu.cfs_quota_us"), read($"{folder}/cpu.cfs_period_us"));

    // No limit is "max" in version 2 and -1 in version 1.
    private static double? Ratio(string? quota, string? period) =>
        long.TryParse(quota, NumberStyles.Integer, CultureInfo.InvariantCulture, out var time) && time > 0
        && long.TryParse(period, NumberStyles.Integer, CultureInfo.InvariantCulture, out var of) && of > 0
            ? (double)time / of
            : null;

    private static double? Min(double? a, double? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);
}

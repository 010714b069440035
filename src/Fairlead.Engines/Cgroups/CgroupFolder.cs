using System.Globalization;

namespace Fairlead.Engines.Cgroups;

/// <summary>A replica's cgroup in one hierarchy, by its folder: all that must be remembered to find and end it again.</summary>
internal static class CgroupFolder
{
    public static string ProcessFile(string folder) => Path.Combine(folder, "cgroup.procs");

    /// <exception cref="IOException">The kernel refused a value.</exception>
    public static void Create(string folder, IReadOnlyList<CgroupSetting> settings)
    {
        Directory.CreateDirectory(folder);
        foreach (var setting in settings)
        {
            var file = Path.Combine(folder, setting.File);
            if (setting.Optional && !File.Exists(file)) continue;
            File.WriteAllText(file, setting.Value);
        }
    }

    public static IReadOnlyList<int> Processes(string folder)
    {
        var text = Read(folder, "cgroup.procs");
        return text is null ? [] : [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
    }

    public static bool WasOutOfMemory(string folder) =>
        CgroupSettings.OutOfMemoryKills(Read(folder, "memory.events") ?? Read(folder, "memory.oom_control") ?? "") > 0;

    /// <summary>Processor time of everything that ever ran in it; null when this hierarchy does not count it.</summary>
    public static TimeSpan? CpuTime(string folder)
    {
        if (Read(folder, "cpuacct.usage") is { } nanoseconds && long.TryParse(nanoseconds.Trim(), out var ns)) return TimeSpan.FromTicks(ns / 100);
        var usage = Read(folder, "cpu.stat")?.Split('\n').FirstOrDefault(l => l.StartsWith("usage_usec ", StringComparison.Ordinal));
        return usage is not null && long.TryParse(usage.AsSpan("usage_usec ".Length), out var us) ? TimeSpan.FromMicroseconds(us) : null;
    }

    /// <summary>False while processes or other cgroups are in it, or it is not ours.</summary>
    public static bool TryDelete(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? Read(string folder, string name)
    {
        try
        {
            var file = Path.Combine(folder, name);
            return File.Exists(file) ? File.ReadAllText(file) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using Fairlead.Core.Manifests;

namespace Fairlead.Engines.Cgroups;

/// <summary>Whether and where this machine lets us limit the replicas of one home. Found out once.</summary>
internal sealed class CgroupLimits
{
    private readonly Lock _gate = new();
    private readonly CgroupHierarchy? _cpu;
    private readonly CgroupHierarchy? _memory;
    private readonly CgroupHierarchy? _accounting;

    private CgroupLimits(string mountInfo, string selfCgroup, string home)
    {
        var name = NameOf(home);
        (_cpu, CpuUnavailable) = Open("cpu");
        (_memory, MemoryUnavailable) = Open("memory");
        (_accounting, _) = Open("cpuacct");

        (CgroupHierarchy?, string?) Open(string controller) =>
            CgroupHierarchy.Open(CgroupLayout.Find(controller, mountInfo, selfCgroup, ReadControllers), controller, name);
    }

    public string? CpuUnavailable { get; }

    public string? MemoryUnavailable { get; }

    /// <summary>The parents that replicas of this home may have been left in.</summary>
    public IEnumerable<string> Parents => Hierarchies.Select(h => h.Parent).Distinct();

    private IEnumerable<CgroupHierarchy> Hierarchies => new[] { _cpu, _memory, _accounting }.OfType<CgroupHierarchy>();

    public static CgroupLimits Detect(string home) => Detect(File.ReadAllText("/proc/self/mountinfo"), File.ReadAllText("/proc/self/cgroup"), home);

    internal static CgroupLimits Detect(string mountInfo, string selfCgroup, string home) => new(mountInfo, selfCgroup, home);

    /// <summary>Short, since it is part of a path, and the same for the same home whoever asks.</summary>
    internal static string NameOf(string home) =>
        "fairlead-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(home))))[..10];

    /// <summary>What was asked for and cannot be given, in plain words.</summary>
    public IReadOnlyList<string> Notes(ResourceSpec resources) =>
    [
        .. resources.Cpu is not null && CpuUnavailable is not null ? [$"CPU limit: {CpuUnavailable}"] : Array.Empty<string>(),
        .. resources.Memory is not null && MemoryUnavailable is not null ? [$"memory limit: {MemoryUnavailable}"] : Array.Empty<string>(),
    ];

    /// <summary>The folders a replica will have: none when nothing is limited.</summary>
    public IReadOnlyList<string> FoldersOf(string replica, ResourceSpec resources) =>
        [.. Wanted(resources).Select(w => w.Place.FolderOf(replica)).Distinct()];

    /// <summary>Makes them with their limits. A limit that the kernel refuses (more than the own cgroup has) becomes a note.</summary>
    /// <returns>The folders that were made.</returns>
    public IReadOnlyList<string> Create(string replica, ResourceSpec resources, List<string> notes)
    {
        lock (_gate)
        {
            var made = new List<string>();
            foreach (var (place, settings) in Wanted(resources))
            {
                var folder = place.FolderOf(replica);
                try
                {
                    if (!place.TryPrepare()) throw new IOException($"{place.Parent} can no longer be written");
                    CgroupFolder.Create(folder, settings);
                    if (!made.Contains(folder)) made.Add(folder);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    CgroupFolder.TryDelete(folder);
                    if (settings.Count > 0) notes.Add($"{place.Controller} limit: the kernel refused it ({e.Message})");
                }
            }

            return made;
        }
    }

    /// <summary>Removes a replica's folders, and their parents when it was the last.</summary>
    public bool TryDelete(IEnumerable<string> folders)
    {
        lock (_gate)
        {
            var deleted = true;
            foreach (var folder in folders)
            {
                deleted &= CgroupFolder.TryDelete(folder);
                CgroupFolder.TryDelete(Path.GetDirectoryName(folder)!);
            }

            return deleted;
        }
    }

    private static string[] ReadControllers(string folder)
    {
        var file = Path.Combine(folder, "cgroup.controllers");
        return File.Exists(file) ? File.ReadAllText(file).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) : [];
    }

    private IEnumerable<(CgroupHierarchy Place, IReadOnlyList<CgroupSetting> Settings)> Wanted(ResourceSpec resources)
    {
        if (_cpu is not null && resources.Cpu is { } cpu) yield return (_cpu, CgroupSettings.Cpu(_cpu.Version, cpu));
        if (_memory is not null && resources.Memory is { } memory) yield return (_memory, CgroupSettings.Memory(_memory.Version, memory));
        if (_accounting is not null && (resources.Cpu ?? (object?)resources.Memory) is not null) yield return (_accounting, []);
    }
}

using Fairlead.Engines.Disks;

namespace Fairlead.Engines.Docker.Containers;

/// <summary>
/// The only file system that a container writes to without a volume: the tmpfs on its <c>/tmp</c>. It is reached through the container's
/// first process, since the daemon writes no file where the root is read-only and our images hold no program that could.
/// </summary>
internal static class ContainerDisk
{
    private const string Temporary = "/tmp";

    /// <returns>Null when it is full, else why not.</returns>
    public static string? Fill(string container, int pid) => Refused(container, pid) is { } reason ? reason : Ballast.Fill(FolderOf(pid));

    public static void Free(string container, int pid)
    {
        if (Refused(container, pid) is null) Ballast.Remove(FolderOf(pid));
    }

    private static string FolderOf(int pid) => $"/proc/{pid}/root{Temporary}";

    private static string? Refused(string container, int pid)
    {
        try
        {
            // A daemon elsewhere (Docker Desktop, a virtual machine) counts processes of its own.
            if (!File.ReadAllText($"/proc/{pid}/cgroup").Contains(container, StringComparison.Ordinal)) return "the container's process cannot be seen from here";
            return File.ReadLines($"/proc/{pid}/mountinfo").Any(IsTemporary) ? null : "its /tmp is no file system of its own";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message.TrimEnd('.');
        }
    }

    // proc(5): the mount point is field 5, the type the first after the separator.
    private static bool IsTemporary(string line) => line.Split(' ') is { Length: > 6 } fields && fields[4] == Temporary && line.Contains(" - tmpfs ", StringComparison.Ordinal);
}

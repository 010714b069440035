using System.Globalization;
using Fairlead.Core.Units;

namespace Fairlead.Engines.Cgroups;

/// <summary>
/// Takes memory away from a cgroup that runs. v2 reclaims and then kills; v1 refuses a limit below what cannot be reclaimed,
/// so there the lowest that it takes is set, and the next page that is needed kills.
/// </summary>
internal static class MemorySqueeze
{
    private const int Steps = 16;

    /// <returns>Null when it was done, else why not.</returns>
    public static string? Apply(IReadOnlyList<string> folders, ByteSize memory)
    {
        try
        {
            if (folders.FirstOrDefault(f => File.Exists(Path.Combine(f, "memory.max"))) is { } v2)
            {
                File.WriteAllText(Path.Combine(v2, "memory.max"), Text(memory.Bytes));
                return null;
            }

            return folders.FirstOrDefault(f => File.Exists(Path.Combine(f, "memory.limit_in_bytes"))) is { } v1
                ? Lower(v1, memory.Bytes)
                : "it has no memory limit (resources.memory), or this machine gives none";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message.TrimEnd('.');
        }
    }

    private static string? Lower(string folder, long wanted)
    {
        var file = Path.Combine(folder, "memory.limit_in_bytes");
        var used = long.Parse(File.ReadAllText(Path.Combine(folder, "memory.usage_in_bytes")), CultureInfo.InvariantCulture);
        string? refused = null;
        for (var step = 0; step <= Steps; step++)
        {
            try
            {
                File.WriteAllText(file, Text(wanted + ((Math.Max(used, wanted) - wanted) * step / Steps)));
                return null;
            }
            catch (IOException e)
            {
                refused = e.Message.TrimEnd('.');
            }
        }

        return refused;
    }

    private static string Text(long bytes) => bytes.ToString(CultureInfo.InvariantCulture);
}

using System.Text;

namespace Fairlead.Engines.Processes;

/// <summary>All processes of the machine, read from <c>/proc</c>.</summary>
internal static class ProcessTable
{
    public static IEnumerable<int> Pids()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), out var pid)) yield return pid;
        }
    }

    public static IEnumerable<ProcessStat> Read()
    {
        foreach (var pid in Pids())
        {
            if (ProcessStat.Read(pid) is { } stat) yield return stat;
        }
    }

    /// <summary>
    /// The value of a variable in the environment that a process was started with; null when it has none or belongs to another user.
    /// </summary>
    public static string? Variable(int pid, string name)
    {
        try
        {
            var environment = File.ReadAllBytes($"/proc/{pid}/environ").AsSpan();
            var prefix = Encoding.UTF8.GetBytes(name + "=");
            foreach (var range in environment.Split((byte)0))
            {
                if (environment[range].StartsWith(prefix)) return Encoding.UTF8.GetString(environment[range][prefix.Length..]);
            }

            return null;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}

using System.Globalization;
using System.Text;

namespace Fairlead.Testing.Programs;

/// <summary>A live process that belongs to a home, as <c>/proc</c> shows it.</summary>
/// <param name="Replica">The replica's id when it is one.</param>
public sealed record HomeProcess(int Pid, string StartTime, IReadOnlyList<string> Arguments, string? Replica)
{
    public void Signal(int signal) => Signals.Send(Pid, signal);

    /// <summary>Resident memory in bytes.</summary>
    public long ResidentBytes()
    {
        var line = File.ReadLines($"/proc/{Pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>User and system time used since the start.</summary>
    public TimeSpan CpuTime()
    {
        var fields = StatFields(Pid);
        return TimeSpan.FromSeconds((long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0);
    }

    internal static IReadOnlyList<HomeProcess> All(string home)
    {
        var found = new List<HomeProcess>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var pid) && Read(pid, home) is { } process) found.Add(process);
        }

        return found;
    }

    private static HomeProcess? Read(int pid, string home)
    {
        try
        {
            var environment = Strings($"/proc/{pid}/environ");
            var mine = environment.Contains($"FAIRLEAD_HOME={home}") || environment.Any(v => v.StartsWith($"FAIRLEAD_RUN={home}/", StringComparison.Ordinal));
            if (!mine) return null;
            var fields = StatFields(pid);
            if (fields[0] == "Z") return null;
            var replica = environment.FirstOrDefault(v => v.StartsWith("FAIRLEAD_REPLICA=", StringComparison.Ordinal))?["FAIRLEAD_REPLICA=".Length..];
            return new HomeProcess(pid, fields[19], Strings($"/proc/{pid}/cmdline"), replica);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // The fields from the third on (proc(5)): the second, the name in brackets, may hold spaces.
    private static string[] StatFields(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static string[] Strings(string file) =>
        Encoding.UTF8.GetString(File.ReadAllBytes(file)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
}

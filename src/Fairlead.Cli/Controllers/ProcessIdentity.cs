using System.Globalization;
using Fairlead.Engines.Processes;

namespace Fairlead.Cli.Controllers;

/// <summary>Who has a process id at this moment.</summary>
internal static class ProcessIdentity
{
    /// <summary>Null when nobody has it.</summary>
    public static DetachedProcess? Of(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // Field 2 is the program's name in brackets and may hold spaces and brackets itself; the start time is field 22.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return DetachedProcess.Find(pid, long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

using System.Globalization;

namespace Fairlead.Engines.Processes;

/// <summary>One line of <c>/proc/PID/stat</c> (proc_pid_stat(5)).</summary>
/// <param name="StartTime">Clock ticks since the machine started; with the pid it names one process for good.</param>
/// <param name="OwnTicks">Processor time of the process, in clock ticks.</param>
/// <param name="ReapedTicks">Processor time of its children that have ended and were waited for.</param>
internal readonly record struct ProcessStat(int Pid, char State, int Parent, int Session, long StartTime, long OwnTicks, long ReapedTicks, long ResidentPages)
{
    /// <summary>A zombie has ended; only its exit code is left.</summary>
    public bool IsAlive => State is not ('Z' or 'X' or 'x');

    /// <summary>Null when there is no such process.</summary>
    public static ProcessStat? Read(int pid)
    {
        try
        {
            return Parse(File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (IOException)
        {
            // Also while it ends: the file exists and reading it gives ESRCH.
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The name in parentheses may hold spaces and parentheses itself, so fields are counted from the last one.</summary>
    internal static ProcessStat? Parse(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var close = text.LastIndexOf(')');
        if (open < 1 || close < open || !int.TryParse(text.AsSpan(0, open).Trim(), out var pid)) return null;
        var fields = text[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 22) return null;
        return new ProcessStat(
            pid,
            fields[Field(3)][0],
            int.Parse(fields[Field(4)], CultureInfo.InvariantCulture),
            int.Parse(fields[Field(6)], CultureInfo.InvariantCulture),
            Number(22),
            Number(14) + Number(15),
            Number(16) + Number(17),
            Number(24));

        long Number(int field) => long.Parse(fields[Field(field)], CultureInfo.InvariantCulture);
        static int Field(int number) => number - 3;
    }
}

using System.Globalization;
using Fairlead.Telemetry.Metrics;

namespace Fairlead.Telemetry;

/// <summary>The standard <c>process_*</c> metrics of this process, read from <c>/proc</c> at each scrape.</summary>
public sealed class ProcessMetrics
{
    // USER_HZ: the unit of times in /proc is 1/100 s on every Linux architecture .NET runs on (proc(5)).
    private const double TicksPerSecond = 100;

    private readonly Gauge _cpu;
    private readonly Gauge _resident;
    private readonly Gauge _virtual;
    private readonly Gauge _openFiles;
    private readonly Gauge _maxFiles;
    private readonly Gauge _started;

    private ProcessMetrics(MetricRegistry registry)
    {
        _cpu = registry.CounterReading("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.").With();
        _resident = registry.Gauge("process_resident_memory_bytes", "Resident memory size in bytes.").With();
        _virtual = registry.Gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.").With();
        _openFiles = registry.Gauge("process_open_fds", "Number of open file descriptors.").With();
        _maxFiles = registry.Gauge("process_max_fds", "Maximum number of open file descriptors.").With();
        _started = registry.Gauge("process_start_time_seconds", "Start time of the process since the Unix epoch in seconds.").With();
    }

    public static void Register(MetricRegistry registry)
    {
        var metrics = new ProcessMetrics(registry);
        registry.OnCollect(metrics.Read);
    }

    private void Read()
    {
        try
        {
            ReadStat(File.ReadAllText("/proc/self/stat"));
            _openFiles.Set(Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
            ReadLimits();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not Linux, or /proc is hidden: the values stay 0 and the scrape goes on.
        }
    }

    private void ReadStat(string stat)
    {
        // The second field is the program's name in brackets and may hold spaces and brackets itself (proc_pid_stat(5)).
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        _cpu.Set((Field(fields, 14) + Field(fields, 15)) / TicksPerSecond);
        _virtual.Set(Field(fields, 23));
        _resident.Set(Field(fields, 24) * Environment.SystemPageSize);
        if (_started.Value is 0) _started.Set(BootTime() + (Field(fields, 22) / TicksPerSecond));
    }

    private void ReadLimits()
    {
        if (_maxFiles.Value is not 0) return;
        foreach (var line in File.ReadLines("/proc/self/limits"))
        {
            if (!line.StartsWith("Max open files", StringComparison.Ordinal)) continue;
            var soft = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
            if (double.TryParse(soft, CultureInfo.InvariantCulture, out var limit)) _maxFiles.Set(limit);
        }
    }

    /// <param name="number">The field's number in proc_pid_stat(5), counted from 1.</param>
    private static double Field(string[] fieldsFromThird, int number) => double.Parse(fieldsFromThird[number - 3], CultureInfo.InvariantCulture);

    private static double BootTime()
    {
        var line = File.ReadLines("/proc/stat").FirstOrDefault(l => l.StartsWith("btime ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line.AsSpan(6), CultureInfo.InvariantCulture);
    }
}

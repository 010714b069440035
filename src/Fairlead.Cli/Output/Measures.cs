using System.Globalization;

namespace Fairlead.Cli.Output;

/// <summary>Quantities as people read them in a table: short, one unit.</summary>
internal static class Measures
{
    public static string Age(TimeSpan age) => age.TotalSeconds switch
    {
        < 0 => "0s",
        < 120 => Text($"{age.TotalSeconds:0}s"),
        < 7200 => Text($"{age.TotalMinutes:0}m"),
        < 172_800 => Text($"{age.TotalHours:0}h"),
        _ => Text($"{age.TotalDays:0}d"),
    };

    public static string Latency(double? seconds) => seconds switch
    {
        null => "–",
        < 0.001 => Text($"{seconds * 1e6:0}µs"),
        < 0.01 => Text($"{seconds * 1e3:0.0}ms"),
        < 1 => Text($"{seconds * 1e3:0}ms"),
        _ => Text($"{seconds:0.0}s"),
    };

    public static string Rate(double? perSecond) => perSecond switch
    {
        null => "–",
        < 10 => Text($"{perSecond:0.0}"),
        _ => Text($"{perSecond:0}"),
    };

    public static string Cores(double? cores) => cores is null ? "–" : Text($"{cores:0.00}");

    public static string Memory(long? bytes) => bytes switch
    {
        null => "–",
        < 10L << 30 => Text($"{bytes / 1048576.0:0} MiB"),
        _ => Text($"{bytes / 1073741824.0:0.0} GiB"),
    };

    /// <summary>Bytes on disk or on the wire, in the decimal units of registries.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1000 => Text($"{bytes} B"),
        < 1_000_000 => Text($"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => Text($"{bytes / 1e6:0.0} MB"),
        _ => Text($"{bytes / 1e9:0.00} GB"),
    };

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

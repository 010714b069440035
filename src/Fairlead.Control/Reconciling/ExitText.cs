using Fairlead.Core.Engines;

namespace Fairlead.Control.Reconciling;

/// <summary>How a replica ended, as the second half of a sentence.</summary>
public static class ExitText
{
    private const int LongestLine = 200;

    public static string Of(ReplicaExit? exit) => exit switch
    {
        null => "ended",
        { OutOfMemory: true } => "was ended by the kernel: it used more memory than its limit",
        { Signal: { } signal } => $"was ended by {signal}",
        { Code: { } code } => $"exited with code {code}",
        _ => "ended; its exit code is not known",
    };

    /// <summary>With what it said last, since that is often the cause.</summary>
    public static string WithLastLine(ReplicaExit? exit)
    {
        if (exit?.LastLines.LastOrDefault(l => !string.IsNullOrWhiteSpace(l)) is not { } line) return Of(exit);
        return $"{Of(exit)}; its last line: {(line.Length > LongestLine ? line[..LongestLine] + "…" : line)}";
    }
}

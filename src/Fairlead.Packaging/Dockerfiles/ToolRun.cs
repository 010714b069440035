using System.ComponentModel;
using System.Diagnostics;

namespace Fairlead.Packaging.Dockerfiles;

/// <param name="Words">The end of what it wrote.</param>
internal sealed record ToolOutcome(int ExitCode, string Words);

/// <summary>A program of the machine, run to its end with this process's environment.</summary>
internal static class ToolRun
{
    private const int KeptLines = 12;

    /// <summary>Null when there is no such program.</summary>
    public static async Task<ToolOutcome?> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            return null;
        }

        using (process)
        {
            process.StandardInput.Close();
            var lines = new Queue<string>();
            try
            {
                await Task.WhenAll(KeepAsync(process.StandardOutput, lines, cancellationToken), KeepAsync(process.StandardError, lines, cancellationToken));
                await process.WaitForExitAsync(cancellationToken);
            }
            finally
            {
                if (!process.HasExited) process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }

            return new ToolOutcome(process.ExitCode, string.Join(' ', lines));
        }
    }

    private static async Task KeepAsync(StreamReader reader, Queue<string> lines, CancellationToken cancellationToken)
    {
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Trim().Length == 0) continue;
            lock (lines)
            {
                lines.Enqueue(line.Trim());
                if (lines.Count > KeptLines) lines.Dequeue();
            }
        }
    }
}

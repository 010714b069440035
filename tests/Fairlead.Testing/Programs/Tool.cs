using System.Diagnostics;

namespace Fairlead.Testing.Programs;

/// <summary>A program of the machine, run to its end.</summary>
public static class Tool
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    public static Task<CommandResult> RunAsync(string program, params string[] arguments) => RunAsync(new ProcessStartInfo(program, arguments));

    public static async Task<CommandResult> RunAsync(ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var command = new RunningCommand(Process.Start(start)!);
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            return await command.WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            command.Process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{start.FileName} {string.Join(' ', start.ArgumentList)} did not end within {Deadline}.");
        }
    }
}

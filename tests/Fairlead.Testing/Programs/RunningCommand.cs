using System.Diagnostics;
using System.Text;

namespace Fairlead.Testing.Programs;

public sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    public override string ToString() => $"exit code {ExitCode}{Environment.NewLine}{Output}{Environment.NewLine}{Errors}";
}

/// <summary>A command under way, with what it has printed so far.</summary>
public sealed class RunningCommand : IDisposable
{
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    internal RunningCommand(Process process)
    {
        Process = process;
        process.StandardInput.Close();
        process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Process Process { get; }

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    public async Task<CommandResult> WaitAsync(CancellationToken cancellationToken)
    {
        await Process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return new CommandResult(Process.ExitCode, Output, Errors);
    }

    public void Signal(int signal) => Signals.Send(Process.Id, signal);

    public void Dispose() => Process.Dispose();

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.AppendLine(line);
    }

    private static string Read(StringBuilder text)
    {
        lock (text) return text.ToString();
    }
}

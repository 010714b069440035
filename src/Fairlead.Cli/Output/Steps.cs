using System.Globalization;

namespace Fairlead.Cli.Output;

/// <summary>What a long command has done so far, a line a step.</summary>
internal sealed class Steps(Terminal terminal, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();

    public void Done(string what, string detail)
    {
        var elapsed = time.GetElapsedTime(_began).TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);
        terminal.Note($"{terminal.Paint.Good("✓")} {what}{(detail.Length == 0 ? "" : $" {terminal.Paint.Faint(detail)}")} {terminal.Paint.Faint($"({elapsed} s)")}");
    }
}

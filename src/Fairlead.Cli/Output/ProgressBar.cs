using System.Globalization;

namespace Fairlead.Cli.Output;

/// <summary>How far long work is, in one line that is redrawn while it runs; nothing when stdout is no terminal.</summary>
internal static class ProgressBar
{
    private const int Bar = 30;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    public static async Task ShowAsync(Terminal terminal, TimeProvider time, int total, Func<int> done, Task work)
    {
        if (terminal.IsLive)
        {
            using var screen = new LiveScreen(terminal);
            while (!work.IsCompleted)
            {
                screen.Draw([Line(done(), total, terminal.Width)]);
                await Task.WhenAny(work, Task.Delay(Period, time, CancellationToken.None));
            }

            screen.Clear();
        }

        await work;
    }

    internal static string Line(int done, int total, int width)
    {
        var filled = total == 0 ? Bar : (int)((long)done * Bar / total);
        var percent = total == 0 ? 100 : (int)((long)done * 100 / total);
        return Table.Fit(string.Create(CultureInfo.InvariantCulture, $"{new string('█', filled)}{new string('░', Bar - filled)} {percent,3} % {done} of {total} rows"), width);
    }
}

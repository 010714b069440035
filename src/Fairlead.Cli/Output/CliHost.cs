using Fairlead.Core.Homes;

namespace Fairlead.Cli.Output;

/// <summary>What the program stands in: its streams, home, folder, clock and signals. Tests give their own.</summary>
internal sealed record CliHost
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public TextReader In { get; init; } = TextReader.Null;

    public required FairleadHome Home { get; init; }

    /// <summary>The folder that relative paths start from.</summary>
    public required string Folder { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Interrupts Interrupts { get; init; } = new();

    /// <summary>Standard output is a terminal.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Standard input is a terminal, so that a question can be asked.</summary>
    public bool CanAsk { get; init; }

    /// <summary>Columns and rows, asked at every use since terminals are resized.</summary>
    public Func<(int Width, int Height)> Size { get; init; } = static () => (120, int.MaxValue);

    public Func<string, string?> Variable { get; init; } = static _ => null;

    public static CliHost Console() => new()
    {
        Out = System.Console.Out,
        Error = System.Console.Error,
        In = System.Console.In,
        Home = FairleadHome.FromEnvironment(),
        Folder = Environment.CurrentDirectory,
        IsTerminal = !System.Console.IsOutputRedirected,
        CanAsk = !System.Console.IsInputRedirected,
        Size = ConsoleSize,
        Variable = Environment.GetEnvironmentVariable,
    };

    private static (int Width, int Height) ConsoleSize()
    {
        if (!System.Console.IsOutputRedirected && System.Console.WindowWidth is > 0 and var width) return (width, Math.Max(System.Console.WindowHeight, 5));
        return (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out var columns) && columns > 0 ? columns : 160, int.MaxValue);
    }
}

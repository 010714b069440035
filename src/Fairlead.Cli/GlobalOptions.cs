using System.CommandLine;
using Fairlead.Cli.Output;

namespace Fairlead.Cli;

/// <summary>The options that every command takes.</summary>
internal static class GlobalOptions
{
    private static readonly Option<string> Format = WithValues(new Option<string>("--output")
    {
        Description = "'text' for people or 'json' on stdout alone",
        HelpName = "text|json",
        DefaultValueFactory = static _ => "text",
        Recursive = true,
    });

    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Results and problems only", Recursive = true };
    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Answer questions with yes", Recursive = true };
    private static readonly Option<bool> NoColor = new("--no-color") { Description = "No colours (also with NO_COLOR set)", Recursive = true };

    public static IReadOnlyList<Option> All { get; } = [Format, Quiet, Yes, NoColor];

    public static OutputOptions Read(ParseResult parse) =>
        new(parse.GetResult(Format)?.Tokens is [{ Value: "json" }], parse.GetValue(Quiet), parse.GetValue(Yes), parse.GetValue(NoColor));

    private static Option<string> WithValues(Option<string> option) => option.AcceptOnlyFromAmong("text", "json");
}

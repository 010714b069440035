using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Fairlead.Cli.Commands;
using Fairlead.Cli.Output;
using Fairlead.Core.Results;

namespace Fairlead.Cli;

/// <summary>The commands as one tree, and what becomes of words that are in none of them.</summary>
internal static class CommandLine
{
    public static RootCommand Create(CliHost host)
    {
        var root = new RootCommand("Takes a trained model and keeps it running: packs, serves, scales, replaces and watches it.");
        // The library's own help option also takes '/?' and '/h', which completion would offer.
        foreach (var help in root.Options.OfType<HelpOption>().ToList()) root.Options.Remove(help);
        root.Add(new HelpOption("--help", "-h") { Description = "Show help", Action = new ExampleHelp("fairlead up examples/penguins") });
        foreach (var option in GlobalOptions.All) root.Add(option);
        foreach (var command in Commands(host)) root.Add(command);
        return root;
    }

    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliHost host)
    {
        var parse = Create(host).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        // Completion asks with half a line ("[suggest:7]" …); that it does not parse yet is its point.
        var exempt = parse.Action is ExampleHelp || args is [['[', ..], ..];
        if (!exempt && (parse.Errors.Count > 0 || OptionsAsArguments(parse).Any())) return ReportErrors(parse, host);
        // Signals are the host's: the library's own handling would end the process two seconds after Ctrl-C.
        var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = host.Out, Error = host.Error };
        return await parse.InvokeAsync(invocation, host.Interrupts.First);
    }

    private static IEnumerable<Command> Commands(CliHost host) =>
    [
        InitCommand.Create(host), BuildCommand.Create(host), PushCommand.Create(host), PullCommand.Create(host), ImagesCommand.Create(host), VerifyCommand.Create(host), ExportCommand.Create(host),
        UpCommand.Create(host), DeployCommand.Create(host), DownCommand.Create(host), StatusCommand.Create(host), WhyCommand.Create(host),
        LogsCommand.Create(host), EventsCommand.Create(host), ScaleCommand.Create(host), PredictCommand.Create(host), PlanCommand.Create(host), SimulateCommand.Create(host), BenchCommand.Create(host),
        RolloutCommand.Create(host), RollbackCommand.Create(host), HistoryCommand.Create(host), DiffCommand.Create(host), DrillCommand.Create(host), DoctorCommand.Create(host), GatewayCommand.Create(host), ControllerCommand.Create(host), CompletionCommand.Create(host),
    ];

    private static int ReportErrors(ParseResult parse, CliHost host)
    {
        var command = parse.CommandResult.Command;
        var path = PathOf(command);
        var help = $"'{path} --help'";
        var terminal = new Terminal(host, GlobalOptions.Read(parse));
        if (parse.Tokens.Count == 0)
        {
            parse.RootCommandResult.Command.Parse("--help").Invoke(new InvocationConfiguration { Output = host.Error });
            return terminal.Fail(CliProblems.WrongUsage("No command was given.", $"{help} lists them."), ExitCode.Usage);
        }

        var unknown = parse.UnmatchedTokens.Concat(OptionsAsArguments(parse)).Select(word => Unknown(word, command, help)).ToList();
        return terminal.Fail(unknown.Count > 0 ? unknown : [.. parse.Errors.Select(e => CliProblems.WrongUsage(e.Message, $"{help} shows how it is used."))], ExitCode.Usage);
    }

    private static string PathOf(Command command) =>
        command is RootCommand ? "fairlead" : $"{PathOf(command.Parents.OfType<Command>().First())} {command.Name}";

    /// <summary>A mistyped option would otherwise pass for an argument that may be left out.</summary>
    private static IEnumerable<string> OptionsAsArguments(ParseResult parse) =>
        parse.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value).Where(v => v is ['-', not (>= '0' and <= '9'), ..]);

    private static Problem Unknown(string word, Command command, string help)
    {
        if (word.StartsWith('-')) return CliProblems.UnknownWord(word, "option", Nearest.Of(word, OptionNames(command)), help);
        return command.Subcommands.Count > 0
            ? CliProblems.UnknownWord(word, "command", Nearest.Of(word, command.Subcommands.Select(c => c.Name)), help)
            : CliProblems.WrongUsage($"'{word}' is one word too many.", $"{help} shows how it is used.");
    }

    private static IEnumerable<string> OptionNames(Command command) =>
        command.Options.Concat(GlobalOptions.All).SelectMany(o => o.Aliases.Prepend(o.Name)).Where(n => n.StartsWith("--", StringComparison.Ordinal));
}

using System.CommandLine;
using Fairlead.Cli.Completion;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Commands;

/// <summary>Prints the script by which a shell completes commands, options and deployments.</summary>
internal static class CompletionCommand
{
    public static Command Create(CliHost host)
    {
        var shell = new Argument<string>("SHELL") { Description = string.Join(", ", Scripts.Shells) }.AcceptOnlyFromAmong(Scripts.Shells);
        var command = Invocation.Named("completion", "Prints a completion script for a shell.", "source <(fairlead completion bash)");
        command.Add(shell);
        return command.Runs(host, (parse, _, _) =>
        {
            // The script is the result in every output format: a shell reads it.
            host.Out.WriteLine(Scripts.For(parse.GetRequiredValue(shell)));
            return Task.FromResult(ExitCode.Done);
        });
    }
}

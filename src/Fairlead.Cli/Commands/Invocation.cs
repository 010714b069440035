using System.CommandLine;
using Fairlead.Api.Client;
using Fairlead.Cli.Completion;
using Fairlead.Cli.Output;
using Fairlead.Core.Results;

namespace Fairlead.Cli.Commands;

/// <summary>How a command's work is bound to the command line: the one place where what escapes it becomes an exit code.</summary>
internal static class Invocation
{
    public static Command Named(string name, string description, string example) => new ExampleCommand(name, description, example);

    public static Command Runs(this Command command, CliHost host, Func<ParseResult, CommandContext, CancellationToken, Task<int>> work)
    {
        command.SetAction((parse, cancellationToken) => RunAsync(parse, host, work, cancellationToken));
        return command;
    }

    /// <summary>For commands that only talk to the controller.</summary>
    public static Command Asks(this Command command, CliHost host, Func<ParseResult, CommandContext, ControlClient, CancellationToken, Task<int>> work) =>
        command.Runs(host, async (parse, context, cancellationToken) =>
        {
            var opened = context.Connect();
            if (!opened.TryGet(out var client)) return context.Terminal.Fail(opened.Problems);
            using (client) return await work(parse, context, client, cancellationToken);
        });

    /// <summary>The deployment's name as an argument, completed from those that run.</summary>
    public static Argument<string?> NameArgument(CliHost host, string description = "The deployment; may be left out when there is only one") =>
        WithNames(new Argument<string?>("NAME") { Description = description, Arity = ArgumentArity.ZeroOrOne }, host);

    public static Argument<T> WithNames<T>(Argument<T> argument, CliHost host)
    {
        argument.CompletionSources.Add(_ => DeploymentNames.Read(host.Home));
        return argument;
    }

    /// <summary>The name that was given, or that of the only deployment.</summary>
    public static async Task<Result<string>> ResolveNameAsync(ControlClient client, string? given, CancellationToken cancellationToken)
    {
        if (given is not null) return given;
        var listed = await client.ListAsync(cancellationToken);
        if (!listed.TryGet(out var deployments)) return Result.Fail<string>(listed.Problems);
        return deployments.Count == 1 ? deployments[0].Name : CliProblems.NotOneDeployment([.. deployments.Select(d => d.Name)]);
    }

    private static async Task<int> RunAsync(ParseResult parse, CliHost host, Func<ParseResult, CommandContext, CancellationToken, Task<int>> work, CancellationToken cancellationToken)
    {
        var terminal = new Terminal(host, GlobalOptions.Read(parse));
        try
        {
            return await work(parse, new CommandContext(host, terminal), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Cancelled;
        }
        catch (Exception e)
        {
            return terminal.Fail(CliProblems.Unexpected(host.Variable("FAIRLEAD_DEBUG") is null ? e.Message : e.ToString()));
        }
    }
}

using System.CommandLine;
using Fairlead.Api.Client;
using Fairlead.Cli.Deploying;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Commands;

/// <summary>Goes back to an earlier revision in the one order of every update, and waits until it serves alone.</summary>
internal static class RollbackCommand
{
    public static Command Create(CliHost host)
    {
        var name = Invocation.NameArgument(host);
        var revision = new Argument<int?>("REVISION") { Description = "What to go back to (default: the last revision that served)", Arity = ArgumentArity.ZeroOrOne };
        var noWait = new Option<bool>("--no-wait") { Description = "Return once the controller has accepted it" };
        var timeout = Timeouts.Option("How long to wait without a step forward");
        var command = Invocation.Named("rollback", "Goes back to an earlier revision, as a new revision with its content, and waits until it serves alone.", "fairlead rollback penguins 3");
        command.Add(name);
        command.Add(revision);
        command.Add(noWait);
        command.Add(timeout);
        return command.Asks(host, async (parse, context, client, cancellationToken) =>
        {
            var resolved = await Invocation.ResolveNameAsync(client, parse.GetValue(name), cancellationToken);
            if (!resolved.TryGet(out var deployment)) return context.Terminal.Fail(resolved.Problems);
            return await RunAsync(context, client, deployment, parse.GetValue(revision), parse.GetValue(noWait) ? null : parse.GetValue(timeout), cancellationToken);
        });
    }

    /// <param name="timeout">Null does not wait.</param>
    private static async Task<int> RunAsync(CommandContext context, ControlClient client, string deployment, int? revision, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var before = await RequestCount.BeforeAsync(client, deployment, cancellationToken);
        var asked = await client.RollBackAsync(deployment, revision, cancellationToken);
        if (!asked.TryGet(out var accepted)) return context.Terminal.Fail(asked.Problems);
        if (timeout is null)
        {
            context.Terminal.Data(accepted, c => c.DeployAccepted);
            context.Terminal.Note($"{deployment} goes back, as revision {accepted.Revision}.");
            return ExitCode.Done;
        }

        var waited = await new ReadyWait(context, client).RunAsync(accepted, timeout.Value, cancellationToken);
        if (!waited.TryGet(out var status))
        {
            var exitCode = context.Terminal.Fail(waited.Problems);
            await before.ExplainAsync(context, client, deployment, cancellationToken);
            return exitCode;
        }

        context.Terminal.Data(status, c => c.DeploymentStatus);
        context.Terminal.Result($"{deployment} runs revision {accepted.Revision}, version {status.Version}. {before.Until(status)}");
        return ExitCode.Done;
    }
}

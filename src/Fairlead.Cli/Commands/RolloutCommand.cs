using System.CommandLine;
using Fairlead.Api.Client;
using Fairlead.Api.Wire;
using Fairlead.Cli.Deploying;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Commands;

/// <summary>Shows and steers the update under way.</summary>
internal static class RolloutCommand
{
    public static Command Create(CliHost host)
    {
        var command = Invocation.Named("rollout", "Shows and steers the update of a deployment.", "fairlead rollout status penguins");
        command.Add(Status(host));
        command.Add(Steer(host, "pause", "Stops the update where it is: no further replica is started or drained for it.", "is paused"));
        command.Add(Steer(host, "resume", "Lets a paused update go on.", "goes on"));
        command.Add(Steer(host, "promote", "Takes a canary to its next step at once.", "takes the next step"));
        command.Add(Abort(host));
        return command;
    }

    private static Command Status(CliHost host)
    {
        var name = Invocation.NameArgument(host);
        var wait = new Option<bool>("--wait", "-w") { Description = "Wait until it has ended; exit code 1 when it was rolled back" };
        var timeout = Timeouts.Option("How long to wait without a step forward");
        var command = Invocation.Named("status", "Shows the update under way, or the last one.", "fairlead rollout status penguins --wait");
        command.Add(name);
        command.Add(wait);
        command.Add(timeout);
        return command.Asks(host, async (parse, context, client, cancellationToken) =>
        {
            var read = await ReadAsync(client, parse.GetValue(name), cancellationToken);
            if (!read.TryGet(out var status)) return context.Terminal.Fail(read.Problems);
            if (parse.GetValue(wait) && status.Rollout is { State: "progressing" } rollout)
            {
                read = await new ReadyWait(context, client).RunAsync(new DeployAccepted(status.Name, rollout.To, true), parse.GetValue(timeout), cancellationToken);
                if (!read.TryGet(out status)) return context.Terminal.Fail(read.Problems);
            }

            return Show(context, status);
        });
    }

    private static Command Steer(CliHost host, string verb, string description, string done)
    {
        var name = Invocation.NameArgument(host);
        var command = Invocation.Named(verb, description, $"fairlead rollout {verb} penguins");
        command.Add(name);
        return command.Asks(host, async (parse, context, client, cancellationToken) =>
        {
            var resolved = await Invocation.ResolveNameAsync(client, parse.GetValue(name), cancellationToken);
            if (!resolved.TryGet(out var deployment)) return context.Terminal.Fail(resolved.Problems);
            var steered = await client.SteerRolloutAsync(deployment, verb, cancellationToken);
            if (!steered.IsOk) return context.Terminal.Fail(steered.Problems);
            var read = await client.GetAsync(deployment, cancellationToken);
            if (!read.TryGet(out var status)) return context.Terminal.Fail(read.Problems);
            context.Terminal.Data(status, c => c.DeploymentStatus);
            context.Terminal.Result($"The update of {deployment} {done}.");
            return ExitCode.Done;
        });
    }

    private static Command Abort(CliHost host)
    {
        var name = Invocation.NameArgument(host);
        var noWait = new Option<bool>("--no-wait") { Description = "Return once the controller has accepted it" };
        var timeout = Timeouts.Option("How long to wait without a step forward");
        var command = Invocation.Named("abort", "Rolls the update back to where it came from, and waits until that serves alone.", "fairlead rollout abort penguins");
        command.Add(name);
        command.Add(noWait);
        command.Add(timeout);
        return command.Asks(host, async (parse, context, client, cancellationToken) =>
        {
            var asked = await ReadAsync(client, parse.GetValue(name), cancellationToken);
            if (!asked.TryGet(out var before)) return context.Terminal.Fail(asked.Problems);
            var aborted = await client.SteerRolloutAsync(before.Name, "abort", cancellationToken);
            if (!aborted.IsOk) return context.Terminal.Fail(aborted.Problems);
            var read = await client.GetAsync(before.Name, cancellationToken);
            if (read.TryGet(out var back) && !parse.GetValue(noWait)) read = await new ReadyWait(context, client).RunAsync(new DeployAccepted(back.Name, back.Revision, true), parse.GetValue(timeout), cancellationToken);
            return read.TryGet(out var status) ? Show(context, status) : context.Terminal.Fail(read.Problems);
        });
    }

    private static async Task<Core.Results.Result<DeploymentStatus>> ReadAsync(ControlClient client, string? given, CancellationToken cancellationToken)
    {
        var resolved = await Invocation.ResolveNameAsync(client, given, cancellationToken);
        return resolved.TryGet(out var name) ? await client.GetAsync(name, cancellationToken) : Core.Results.Result.Fail<DeploymentStatus>(resolved.Problems);
    }

    private static int Show(CommandContext context, DeploymentStatus status)
    {
        context.Terminal.Data(status, c => c.DeploymentStatus);
        context.Terminal.Result(RolloutView.Render(status, context.Time.GetUtcNow(), context.Terminal.Paint));
        return ExitCode.Done;
    }
}

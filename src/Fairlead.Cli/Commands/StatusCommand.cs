using System.CommandLine;
using Fairlead.Api.Client;
using Fairlead.Api.Wire;
using Fairlead.Cli.Output;
using Fairlead.Core.Results;

namespace Fairlead.Cli.Commands;

/// <summary>Shows what runs, once or (with <c>--watch</c>) each second in place.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public static Command Create(CliHost host)
    {
        var name = Invocation.NameArgument(host, "Only this deployment");
        var watch = new Option<bool>("--watch", "-w") { Description = "Redraw each second until Ctrl-C" };
        var command = Invocation.Named("status", "Shows deployments and their replicas.", "fairlead status --watch");
        command.Add(name);
        command.Add(watch);
        return command.Asks(host, (parse, context, client, cancellationToken) => parse.GetValue(watch)
            ? WatchAsync(context, client, parse.GetValue(name), cancellationToken)
            : OnceAsync(context, client, parse.GetValue(name), cancellationToken));
    }

    private static async Task<int> OnceAsync(CommandContext context, ControlClient client, string? name, CancellationToken cancellationToken)
    {
        var read = await ReadAsync(client, name, cancellationToken);
        if (!read.TryGet(out var deployments)) return context.Terminal.Fail(read.Problems);
        context.Terminal.Data(deployments, c => c.IReadOnlyListDeploymentStatus);
        context.Terminal.Result(StatusView.Render(deployments, context.Time.GetUtcNow(), context.Terminal.Width, context.Terminal.Paint));
        return ExitCode.Done;
    }

    private static async Task<int> WatchAsync(CommandContext context, ControlClient client, string? name, CancellationToken cancellationToken)
    {
        using var screen = new LiveScreen(context.Terminal);
        while (true)
        {
            var read = await ReadAsync(client, name, cancellationToken);
            if (!read.TryGet(out var deployments)) return context.Terminal.Fail(read.Problems);
            context.Terminal.DataLine(deployments, c => c.IReadOnlyListDeploymentStatus);
            var lines = StatusView.Render(deployments, context.Time.GetUtcNow(), context.Terminal.Width, context.Terminal.Paint);
            if (context.Terminal.IsLive) screen.Draw(lines);
            else context.Terminal.Result(lines);
            try
            {
                await context.WaitAsync(Period, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Ctrl-C is how a watch ends: it did what was asked.
                return ExitCode.Done;
            }
        }
    }

    private static async Task<Result<IReadOnlyList<DeploymentStatus>>> ReadAsync(ControlClient client, string? name, CancellationToken cancellationToken)
    {
        if (name is null) return await client.ListAsync(cancellationToken);
        var one = await client.GetAsync(name, cancellationToken);
        return one.TryGet(out var deployment) ? Result.Ok<IReadOnlyList<DeploymentStatus>>([deployment]) : Result.Fail<IReadOnlyList<DeploymentStatus>>(one.Problems);
    }
}

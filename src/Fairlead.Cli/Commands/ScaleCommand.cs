using System.CommandLine;
using Fairlead.Api.Client;
using Fairlead.Cli.Deploying;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Commands;

/// <summary>Sets how many replicas run and waits until so many do.</summary>
internal static class ScaleCommand
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public static Command Create(CliHost host)
    {
        var name = Invocation.WithNames(new Argument<string>("NAME") { Description = "The deployment" }, host);
        var replicas = new Argument<int>("N") { Description = "Replicas to run" };
        replicas.Validators.Add(static result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(int.TryParse(text, out var count) && count >= 0)) result.AddError($"N is a number of replicas, not '{text}'.");
        });
        var noWait = new Option<bool>("--no-wait") { Description = "Return once the controller has accepted it" };
        var timeout = Timeouts.Option("How long to wait");
        var command = Invocation.Named("scale", "Sets how many replicas run, and waits until they do.", "fairlead scale penguins 4");
        command.Add(name);
        command.Add(replicas);
        command.Add(noWait);
        command.Add(timeout);
        return command.Asks(host, async (parse, context, client, cancellationToken) =>
        {
            var (deployment, count) = (parse.GetRequiredValue(name), parse.GetValue(replicas));
            var before = await RequestCount.BeforeAsync(client, deployment, cancellationToken);
            var scaled = await client.ScaleAsync(deployment, count, cancellationToken);
            if (!scaled.IsOk) return context.Terminal.Fail(scaled.Problems);
            return parse.GetValue(noWait) ? Accepted(context, deployment, count) : await WaitAsync(context, client, new Goal(deployment, count, before), parse.GetValue(timeout), cancellationToken);
        });
    }

    private static string Replicas(int count) => count == 1 ? "1 replica" : $"{count} replicas";

    private static int Accepted(CommandContext context, string deployment, int count)
    {
        context.Terminal.Note($"{deployment} will run {Replicas(count)}.");
        return ExitCode.Done;
    }

    private static async Task<int> WaitAsync(CommandContext context, ControlClient client, Goal goal, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (deployment, count, before) = goal;
        var began = context.Time.GetTimestamp();
        while (context.Time.GetElapsedTime(began) < timeout)
        {
            var read = await client.GetAsync(deployment, cancellationToken);
            if (!read.TryGet(out var status)) return context.Terminal.Fail(read.Problems);
            // Those that leave are gone only when no replica is left above the number.
            if (status.Desired == count && status.Ready == count && status.Replicas.Count(r => r.Phase != "exited") == count)
            {
                context.Terminal.Data(status, c => c.DeploymentStatus);
                context.Terminal.Result($"{deployment} {(status.Phase == "idle" ? $"is {StatusView.Idle}" : $"runs {Replicas(count)}")}. {before.Until(status)}");
                return ExitCode.Done;
            }

            await context.WaitAsync(Poll, cancellationToken);
        }

        var exitCode = context.Terminal.Fail(CliProblems.NotReadyInTime(deployment, timeout));
        await before.ExplainAsync(context, client, deployment, cancellationToken);
        return exitCode;
    }

    private sealed record Goal(string Deployment, int Count, RequestCount Before);
}

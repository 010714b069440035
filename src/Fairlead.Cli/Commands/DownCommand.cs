using System.CommandLine;
using Fairlead.Api.Client;
using Fairlead.Cli.Controllers;
using Fairlead.Cli.Deploying;
using Fairlead.Cli.Output;
using Fairlead.Core.Results;

namespace Fairlead.Cli.Commands;

/// <summary>Takes deployments down, and the controller with the last one when a command started it.</summary>
internal static class DownCommand
{
    public static Command Create(CliHost host)
    {
        var target = Invocation.NameArgument(host, "A deployment, or a path to its manifest (default: the only deployment, else the manifest in the current folder)");
        var all = new Option<bool>("--all", "-a") { Description = "All deployments" };
        var timeout = Timeouts.Option("How long to wait until it is gone");
        var command = Invocation.Named("down", "Takes a deployment down; with the last one the controller and gateway end too, when 'up' started them.", "fairlead down penguins");
        command.Add(target);
        command.Add(all);
        command.Add(timeout);
        command.Validators.Add(result =>
        {
            if (result.GetResult(all) is not null && result.GetValue(target) is not null) result.AddError("Give a deployment or --all, not both.");
        });
        return command.Runs(host, (parse, context, cancellationToken) => RunAsync(context, parse.GetValue(target), parse.GetValue(all), parse.GetValue(timeout), cancellationToken));
    }

    private static async Task<int> RunAsync(CommandContext context, string? target, bool all, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // Without a controller nobody can end what it left behind; one is started to do it.
        if (await ControllerStarter.FindAsync(context, cancellationToken) is not { } client)
        {
            if (!File.Exists(context.Home.StateFile)) return NothingRuns(context, target);
            var started = await ControllerStarter.EnsureAsync(context, cancellationToken);
            if (!started.TryGet(out var controller)) return context.Terminal.Fail(started.Problems);
            client = controller.Client;
        }

        using (client)
        {
            var takedown = new Takedown(context, client);
            var chosen = await ChooseAsync(context, client, target, all, cancellationToken);
            var removed = new List<string>();
            foreach (var name in chosen.IsOk ? chosen.Value : [])
            {
                var gone = await takedown.RemoveAsync(name, timeout, cancellationToken);
                if (!gone.IsOk) return context.Terminal.Fail(gone.Problems);
                removed.Add(name);
                context.Terminal.Result($"{name} is down.");
            }

            var ended = await takedown.EndControllerAsync(timeout, cancellationToken);
            if (!chosen.IsOk) return context.Terminal.Fail(chosen.Problems);
            if (!ended.TryGet(out var controllerEnded)) return context.Terminal.Fail(ended.Problems);
            context.Terminal.Data(new DownReport(removed, controllerEnded), c => c.DownReport);
            if (controllerEnded) context.Terminal.Result("The gateway and the controller have ended.");
            return ExitCode.Done;
        }
    }

    /// <summary>To have nothing running is what was asked for, unless something was named.</summary>
    private static int NothingRuns(CommandContext context, string? target)
    {
        if (target is not null) return context.Terminal.Fail(ClientProblems.NotRunning(context.Home.Root));
        context.Terminal.Data(new DownReport([], ControllerEnded: false), c => c.DownReport);
        context.Terminal.Result($"Nothing runs on this home ({context.Home.Root}).");
        return ExitCode.Done;
    }

    private static async Task<Result<IReadOnlyList<string>>> ChooseAsync(CommandContext context, ControlClient client, string? target, bool all, CancellationToken cancellationToken)
    {
        var listed = await client.ListAsync(cancellationToken);
        if (!listed.TryGet(out var deployments)) return Result.Fail<IReadOnlyList<string>>(listed.Problems);
        var names = deployments.Select(d => d.Name).ToList();
        if (all || (target is null && names.Count <= 1)) return Result.Ok<IReadOnlyList<string>>(names);
        if (target is not null && names.Contains(target)) return Result.Ok<IReadOnlyList<string>>([target]);
        if (target is null || LooksLikePath(context, target))
        {
            var read = Preparation.Read(context, new DeployOptions(target, null, Preparation.ProcessEngine, null));
            if (read.TryGet(out var manifest) && names.Contains(manifest.Manifest.Name.Value)) return Result.Ok<IReadOnlyList<string>>([manifest.Manifest.Name.Value]);
        }

        return target is null ? CliProblems.NotOneDeployment(names) : ClientProblems.NotFound($"deployment '{target}'");
    }

    private static bool LooksLikePath(CommandContext context, string target) => target.Contains('/', StringComparison.Ordinal) || Path.Exists(context.FullPath(target));
}

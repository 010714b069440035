using System.CommandLine;
using Fairlead.Api.Wire;
using Fairlead.Cli.Deploying;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Commands;

/// <summary>Compares the manifest in a folder with what is recorded, and that with what runs. Ends 0 when all agree and 1 when not, so that scripts can ask.</summary>
internal static class DiffCommand
{
    public static Command Create(CliHost host)
    {
        var path = new Argument<string?>("PATH") { Description = "A folder with fairlead.yaml, or a manifest (default: the current folder)", Arity = ArgumentArity.ZeroOrOne };
        var environment = UpCommand.EnvironmentOption();
        var command = Invocation.Named("diff", "Compares a manifest with what is recorded of its deployment, and that with what runs. Exit code 0: no difference, 1: some.", "fairlead diff examples/penguins");
        command.Add(path);
        command.Add(environment);
        return command.Runs(host, (parse, context, cancellationToken) =>
            RunAsync(context, new DeployOptions(parse.GetValue(path), parse.GetValue(environment), Preparation.ProcessEngine, null), cancellationToken));
    }

    private static async Task<int> RunAsync(CommandContext context, DeployOptions options, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        var read = Preparation.Read(context, options);
        if (!read.TryGet(out var manifest)) return terminal.Fail(read.Problems, ExitCode.Usage);
        var opened = context.Connect();
        if (!opened.TryGet(out var client)) return terminal.Fail(opened.Problems);
        using (client)
        {
            var packed = Preparation.Pack(context, manifest, options);
            if (!packed.TryGet(out var request)) return terminal.Fail(packed.Problems, Preparation.ExitCodeOf(packed.Problems));
            var compared = await client.DiffAsync(request, cancellationToken);
            if (!compared.TryGet(out var diff)) return terminal.Fail(compared.Problems);
            terminal.Data(diff, c => c.DiffReport);
            terminal.Result(Render(diff));
            return diff is { Revision: not null, Changes: [], Drift: [] } ? ExitCode.Done : ExitCode.Failed;
        }
    }

    internal static IEnumerable<string> Render(DiffReport diff)
    {
        if (diff.Revision is null)
        {
            yield return $"{diff.Deployment} is not deployed.";
            yield break;
        }

        yield return diff.Changes.Count == 0 ? $"The manifest is what revision {diff.Revision} of {diff.Deployment} records." : $"The manifest differs from revision {diff.Revision} of {diff.Deployment}:";
        foreach (var change in diff.Changes) yield return $"  {change}";
        yield return diff.Drift.Count == 0 ? "What runs is what is recorded." : "What runs differs from what is recorded:";
        foreach (var drift in diff.Drift) yield return $"  {drift}";
    }
}

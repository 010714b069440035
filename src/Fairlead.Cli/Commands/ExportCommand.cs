using System.CommandLine;
using Fairlead.Cli.Deploying;
using Fairlead.Cli.Output;
using Fairlead.Oci.Layouts;
using Fairlead.Packaging;

namespace Fairlead.Cli.Commands;

/// <summary>Writes files that other tools take from here.</summary>
internal static class ExportCommand
{
    public static Command Create(CliHost host)
    {
        var command = Invocation.Named("export", "Writes what other tools need to build or run a model.", "fairlead export dockerfile examples/penguins --to out");
        command.Add(Dockerfile(host));
        return command;
    }

    private static Command Dockerfile(CliHost host)
    {
        var path = new Argument<string?>("PATH") { Description = "A folder with fairlead.yaml, or a manifest (default: the current folder)", Arity = ArgumentArity.ZeroOrOne };
        var to = new Option<string>("--to") { Description = "A folder that does not exist or is empty", HelpName = "FOLDER", Required = true };
        var environment = UpCommand.EnvironmentOption();
        var command = Invocation.Named("dockerfile", "Writes a Dockerfile and its context, which build the same files with 'docker build' and 'buildah bud'.", "fairlead export dockerfile examples/penguins --to out");
        command.Add(path);
        command.Add(to);
        command.Add(environment);
        return command.Runs(host, (parse, context, cancellationToken) => RunAsync(context, parse.GetValue(path), parse.GetValue(environment), context.FullPath(parse.GetRequiredValue(to)), cancellationToken));
    }

    private static async Task<int> RunAsync(CommandContext context, string? path, string? environment, string to, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        var read = Preparation.Read(context, new DeployOptions(path, environment, Preparation.ProcessEngine, null));
        if (!read.TryGet(out var manifest)) return terminal.Fail(read.Problems, ExitCode.Usage);
        var ordered = BuildOrder.Of(manifest.Manifest, manifest.Path, context.Home, BuildCommand.ServerFolder, context.Host.Variable);
        if (!ordered.TryGet(out var order)) return terminal.Fail(ordered.Problems);
        var steps = new Steps(terminal, context.Time);
        var written = await new DockerfileExport(new OciStore(context.Home, context.Time), context.Time).WriteAsync(order with { Done = steps.Done }, to, cancellationToken);
        if (!written.TryGet(out var dockerfile)) return terminal.Fail(written.Problems, Preparation.ExitCodeOf(written.Problems));
        terminal.Data(new ExportReport([dockerfile]), c => c.ExportReport);
        terminal.Result($"Wrote {dockerfile}. Next: docker build {to}");
        return ExitCode.Done;
    }
}

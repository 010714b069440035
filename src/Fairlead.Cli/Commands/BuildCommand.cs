using System.CommandLine;
using System.Globalization;
using Fairlead.Cli.Deploying;
using Fairlead.Cli.Output;
using Fairlead.Oci.Layouts;
using Fairlead.Packaging;

namespace Fairlead.Cli.Commands;

/// <summary>From a manifest to an image in the local store.</summary>
internal static class BuildCommand
{
    private static readonly Column[] Columns = [new("LAYER"), new("SIZE", Right: true), new("DIGEST", Keep: 1), new("")];

    public static Command Create(CliHost host)
    {
        var path = new Argument<string?>("PATH") { Description = "A folder with fairlead.yaml, or a manifest (default: the current folder)", Arity = ArgumentArity.ZeroOrOne };
        var environment = UpCommand.EnvironmentOption();
        var command = Invocation.Named("build", "Packs a model with all it needs into an image in the local store; no Docker is needed.", "fairlead build examples/penguins");
        command.Add(path);
        command.Add(environment);
        return command.Runs(host, (parse, context, cancellationToken) => RunAsync(context, parse.GetValue(path), parse.GetValue(environment), cancellationToken));
    }

    private static async Task<int> RunAsync(CommandContext context, string? path, string? environment, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        var read = Preparation.Read(context, new DeployOptions(path, environment, Preparation.ProcessEngine, null));
        if (!read.TryGet(out var manifest)) return terminal.Fail(read.Problems, ExitCode.Usage);
        var ordered = BuildOrder.Of(manifest.Manifest, manifest.Path, context.Home, ServerFolder, context.Host.Variable);
        if (!ordered.TryGet(out var order)) return terminal.Fail(ordered.Problems);
        var steps = new Steps(terminal, context.Time);
        steps.Done("manifest is valid", manifest.Path);

        var built = await new ImageBuilder(new OciStore(context.Home, context.Time), context.Time).BuildAsync(order with { Done = steps.Done }, cancellationToken);
        if (!built.TryGet(out var image)) return terminal.Fail(built.Problems, Preparation.ExitCodeOf(built.Problems));
        terminal.Data(BuildReport.Of(image), c => c.BuildReport);
        terminal.Result(Render(image, terminal.Width, terminal.Paint));
        return ExitCode.Done;
    }

    /// <summary>The model server is laid beside the tool.</summary>
    internal static string ServerFolder => Path.Combine(AppContext.BaseDirectory, "server");

    internal static IEnumerable<string> Render(BuiltImage image, int width, Paint paint)
    {
        var rows = image.Layers.Select(l => (IReadOnlyList<Cell>)[l.Title, Measures.Bytes(l.Size), l.Digest.Short, l.Reused ? "reused" : "new"]).ToList();
        foreach (var line in Table.Render(Columns, rows, width, paint)) yield return line;
        var reused = image.Layers.Where(l => l.Reused).Sum(l => l.Size);
        yield return string.Create(CultureInfo.InvariantCulture, $"{image.Name}:{image.Version} {Measures.Bytes(image.Size)}, {Measures.Bytes(reused)} of it reused, {image.Digest}");
    }
}

using System.CommandLine;
using Fairlead.Cli.Output;
using Fairlead.Packaging;

namespace Fairlead.Cli.Commands;

/// <summary>Writes a manifest beside a model, from the model's own inputs and outputs.</summary>
internal static class InitCommand
{
    private const string FileName = "fairlead.yaml";

    public static Command Create(CliHost host)
    {
        var model = new Argument<string>("MODEL") { Description = "An ONNX file" };
        var force = new Option<bool>("--force", "-f") { Description = "Overwrite a manifest that is there" };
        var command = Invocation.Named("init", "Writes fairlead.yaml beside a model, from the model's own inputs and outputs.", "fairlead init penguins.onnx");
        command.Add(model);
        command.Add(force);
        return command.Runs(host, (parse, context, _) => Task.FromResult(Run(context, parse.GetRequiredValue(model), parse.GetValue(force))));
    }

    private static int Run(CommandContext context, string given, bool force)
    {
        var model = context.FullPath(given);
        var manifest = Path.Combine(Path.GetDirectoryName(model)!, FileName);
        if (File.Exists(manifest) && !force && !context.Terminal.Confirm($"{manifest} exists. Overwrite it?")) return context.Terminal.Fail(CliProblems.FileExists(manifest));
        var drafted = ManifestDraft.FromModel(model);
        if (!drafted.TryGet(out var text)) return context.Terminal.Fail(drafted.Problems);
        try
        {
            File.WriteAllText(manifest, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return context.Terminal.Fail(CliProblems.CannotWriteFile(manifest, e.Message));
        }

        context.Terminal.Data(new InitReport(manifest), c => c.InitReport);
        var folder = Path.GetDirectoryName(given) is { Length: > 0 } named ? named : ".";
        context.Terminal.Result($"Wrote {manifest}. Next: fairlead up {folder}");
        return ExitCode.Done;
    }
}

using System.CommandLine;
using Fairlead.Cli.Images;
using Fairlead.Cli.Output;
using Fairlead.Oci.Archives;
using Fairlead.Oci.Images;

namespace Fairlead.Cli.Commands;

/// <summary>Takes the images of a file into the local store.</summary>
internal static class ImagesImport
{
    public static Command Create(CliHost host)
    {
        var file = new Argument<string>("FILE") { Description = "What 'images export', 'docker save', 'podman save' or 'skopeo copy' wrote" };
        var name = new Option<string?>("--name") { Description = "What the image is called here (default: as in the file)", HelpName = "NAME:VERSION" };
        var command = Invocation.Named("import", "Takes the images of an archive into the local store.", "fairlead images import penguins.tar");
        command.Add(file);
        command.Add(name);
        return command.Runs(host, (parse, context, cancellationToken) => RunAsync(context, context.FullPath(parse.GetRequiredValue(file)), parse.GetValue(name), cancellationToken));
    }

    private static async Task<int> RunAsync(CommandContext context, string file, string? given, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        ImageName? name = null;
        if (given is not null && !ImageName.TryParse(given, out name)) return terminal.Fail(CliProblems.WrongUsage($"--name takes NAME:VERSION, not '{given}'.", "Write it such as penguins:1.0.0."), ExitCode.Usage);
        FileStream archive;
        try
        {
            archive = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 17, useAsync: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return terminal.Fail(CliProblems.CannotReadFile(file, e.Message.TrimEnd('.')));
        }

        await using (archive)
        {
            var begun = await ImageArguments.Store(context).BeginAsync(cancellationToken);
            if (!begun.TryGet(out var session)) return terminal.Fail(begun.Problems);
            await using (session)
            {
                var imported = await ImageImport.ReadAsync(session, archive, file, name, cancellationToken);
                if (!imported.TryGet(out var images)) return terminal.Fail(imported.Problems);
                terminal.Data([.. images.Select(ImportItem.Of)], c => c.IReadOnlyListImportItem);
                terminal.Result(images.Select(i => $"{i.Name} {i.Manifest.Digest}"));
                return ExitCode.Done;
            }
        }
    }
}

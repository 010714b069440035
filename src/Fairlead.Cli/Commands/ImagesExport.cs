using System.CommandLine;
using Fairlead.Cli.Images;
using Fairlead.Cli.Output;
using Fairlead.Core.Results;
using Fairlead.Oci.Archives;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;

namespace Fairlead.Cli.Commands;

/// <summary>Writes an image into one file.</summary>
internal static class ImagesExport
{
    private const string Oci = "oci-archive";
    private const string Docker = "docker-archive";

    public static Command Create(CliHost host)
    {
        var image = ImageArguments.Completed(new Argument<string>("IMAGE") { Description = "An image of the local store, NAME:VERSION" }, host);
        var file = new Argument<string>("FILE") { Description = "The tar that is written" };
        var format = new Option<string>("--format") { Description = "'docker-archive' for 'docker load', else 'oci-archive'", HelpName = $"{Oci}|{Docker}", DefaultValueFactory = static _ => Oci };
        format.AcceptOnlyFromAmong(Oci, Docker);
        var command = Invocation.Named("export", "Writes an image into one file, for machines that reach no registry.", "fairlead images export penguins:1.0.0 penguins.tar --format docker-archive");
        command.Add(image);
        command.Add(file);
        command.Add(format);
        return command.Runs(host, (parse, context, cancellationToken) => RunAsync(context, parse.GetRequiredValue(image), context.FullPath(parse.GetRequiredValue(file)), parse.GetRequiredValue(format), cancellationToken));
    }

    private static async Task<int> RunAsync(CommandContext context, string given, string file, string format, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        var parsed = ImageArguments.Name(given);
        if (!parsed.TryGet(out var name)) return terminal.Fail(parsed.Problems, ExitCode.Usage);
        var begun = await ImageArguments.Store(context).BeginAsync(cancellationToken);
        if (!begun.TryGet(out var session)) return terminal.Fail(begun.Problems);
        await using (session)
        {
            var written = await WriteAsync(session, name, file, format == Docker ? ArchiveFormat.Docker : ArchiveFormat.Oci, cancellationToken);
            if (!written.TryGet(out var size)) return terminal.Fail(written.Problems);
            terminal.Data(new ExportItem(name.ToString(), file, format, size), c => c.ExportItem);
            terminal.Result($"{name} is in {file}, {Measures.Bytes(size)}.");
            return ExitCode.Done;
        }
    }

    private static async Task<Result<long>> WriteAsync(StoreSession session, ImageName name, string file, ArchiveFormat format, CancellationToken cancellationToken)
    {
        var opened = await session.OpenImageAsync(name, cancellationToken);
        if (!opened.TryGet(out var image)) return Result.Fail<long>(opened.Problems);
        // A half-written archive never has the name that was asked for.
        var partial = $"{file}.partial";
        try
        {
            Result<long> written;
            await using (var output = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 17, useAsync: true))
            {
                written = await ImageExport.WriteAsync(session, image, format, output, cancellationToken);
            }

            if (written.IsOk) File.Move(partial, file, overwrite: true);
            return written;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CliProblems.CannotWriteFile(file, e.Message.TrimEnd('.'));
        }
        finally
        {
            if (File.Exists(partial)) File.Delete(partial);
        }
    }
}

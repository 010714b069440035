using System.CommandLine;
using Fairlead.Cli.Images;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Commands;

/// <summary>Lists the local store; its subcommands work on it.</summary>
internal static class ImagesCommand
{
    private static readonly Column[] Columns =
        [new("NAME"), new("VERSION"), new("SIZE", Right: true), new("SHARED", 2, Right: true), new("AGE", 1, Right: true), new("DIGEST", 3), new("REMOTE", 4)];

    public static Command Create(CliHost host)
    {
        var command = Invocation.Named("images", "Lists the images of the local store; size is of the compressed layers, shared is what other images have too.", "fairlead images");
        command.Add(ImagesPrune.Create(host));
        command.Add(ImagesRemove.Create(host));
        command.Add(ImagesExport.Create(host));
        command.Add(ImagesImport.Create(host));
        return command.Runs(host, (_, context, _) => Task.FromResult(Run(context)));
    }

    private static int Run(CommandContext context)
    {
        var terminal = context.Terminal;
        var read = ImageRow.Read(ImageArguments.Store(context));
        if (!read.TryGet(out var rows)) return terminal.Fail(read.Problems);
        terminal.Data([.. rows.Select(ImageItem.Of)], c => c.IReadOnlyListImageItem);
        terminal.Result(rows.Count == 0 ? ["There is no image yet; 'fairlead build' makes one."] : Render(rows, context.Time.GetUtcNow(), terminal.Width, terminal.Paint));
        return ExitCode.Done;
    }

    internal static IReadOnlyList<string> Render(IReadOnlyList<ImageRow> rows, DateTimeOffset now, int width, Paint paint) =>
        Table.Render(Columns, [.. rows.Select(r => Row(r, now))], width, paint);

    private static IReadOnlyList<Cell> Row(ImageRow row, DateTimeOffset now)
    {
        var stored = row.Image.Stored;
        return [stored.Name.Name, stored.Name.Version, Measures.Bytes(row.Image.Size), Measures.Bytes(row.Shared), Measures.Age(now - stored.Added), stored.Manifest.Digest.Short, stored.Remote ?? ""];
    }
}

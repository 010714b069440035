using System.CommandLine;
using Fairlead.Cli.Images;
using Fairlead.Cli.Output;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Registries;
using Fairlead.Oci.Registries.Transfers;

namespace Fairlead.Cli.Commands;

/// <summary>From the local store to a registry.</summary>
internal static class PushCommand
{
    private static readonly Column[] Columns = [new("BLOB"), new("SIZE", Right: true), new("DIGEST", 1), new("")];

    public static Command Create(CliHost host)
    {
        var image = ImageArguments.Completed(new Argument<string?>("IMAGE|PATH") { Description = "An image of the local store, or a folder with fairlead.yaml (default: the current folder)", Arity = ArgumentArity.ZeroOrOne }, host);
        var to = new Option<string?>("--to") { Description = "Where to (default: image.repository of the manifest, else where it was last); without a tag the version is the tag", HelpName = "REF" };
        var force = new Option<bool>("--force", "-f") { Description = "Give a tag that exists another content" };
        var plainHttp = ImageArguments.PlainHttp();
        var command = Invocation.Named("push", "Pushes an image to a registry: what is not there yet, and the tag last.", "fairlead push penguins:1.0.0 --to registry.example.com/models/penguins");
        command.Add(image);
        foreach (var option in (Option[])[to, force, plainHttp]) command.Add(option);
        return command.Runs(host, (parse, context, cancellationToken) =>
            RunAsync(context, parse.GetValue(image), parse.GetValue(to), new PushOptions(parse.GetValue(force), parse.GetValue(plainHttp)), cancellationToken));
    }

    private static async Task<int> RunAsync(CommandContext context, string? given, string? to, PushOptions how, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        var place = to is null ? null : PushTarget.Parse(to);
        if (place is { IsOk: false }) return terminal.Fail(place.Problems, ExitCode.Usage);
        var read = PushTarget.Read(context, given);
        if (!read.TryGet(out var target)) return terminal.Fail(read.Problems, ExitCode.Usage);
        var begun = await ImageArguments.Store(context).BeginAsync(cancellationToken);
        if (!begun.TryGet(out var session)) return terminal.Fail(begun.Problems);
        await using (session)
        {
            var opened = await session.OpenImageAsync(target.Image, cancellationToken);
            if (!opened.TryGet(out var image)) return terminal.Fail(opened.Problems);
            var found = place ?? target.Place(image.Stored);
            return found.TryGet(out var reference) ? await PushAsync(context, session, image, reference, how, cancellationToken) : terminal.Fail(found.Problems);
        }
    }

    private static async Task<int> PushAsync(CommandContext context, StoreSession session, LoadedImage image, ImageReference reference, PushOptions how, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        var read = ImageArguments.Registry(context, how.PlainHttp);
        if (!read.TryGet(out var options)) return terminal.Fail(read.Problems);
        var view = new TransferView();
        var pushed = await view.ShowAsync(terminal, context.Time, ImagePush.RunAsync(session, image, reference, how.Force, options, view, cancellationToken));
        if (!pushed.TryGet(out var report)) return terminal.Fail(pushed.Problems);
        terminal.Data(PushItem.Of(report), c => c.PushItem);
        terminal.Result(Render(report, terminal.Width, terminal.Paint));
        return ExitCode.Done;
    }

    internal static IEnumerable<string> Render(PushReport report, int width, Paint paint)
    {
        if (report.Unchanged) return [$"{report.Reference} has this content already: {report.Digest}"];
        var sent = report.Blobs.Sum(b => b.Moved);
        return
        [
            .. Table.Render(Columns, [.. report.Blobs.Select(Row)], width, paint),
            $"{report.Reference} {Measures.Bytes(sent)} sent, {Measures.Bytes(report.Blobs.Sum(b => b.Blob.Size) - sent)} were there, {report.Digest}",
        ];
    }

    private static IReadOnlyList<Cell> Row(TransferredBlob blob) =>
        [TransferView.NameOf(blob.Blob), Measures.Bytes(blob.Blob.Size), blob.Blob.Digest.Short, TransferView.StateOf(blob.State, "sent")];

    private sealed record PushOptions(bool Force, bool PlainHttp);
}

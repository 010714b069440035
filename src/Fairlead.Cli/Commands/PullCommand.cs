using System.CommandLine;
using Fairlead.Cli.Images;
using Fairlead.Cli.Output;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Registries;
using Fairlead.Packaging;

namespace Fairlead.Cli.Commands;

/// <summary>From a registry to the local store.</summary>
internal static class PullCommand
{
    public static Command Create(CliHost host)
    {
        var reference = new Argument<string>("REF") { Description = "registry/repository:tag, or with @sha256:…" };
        var verify = new Option<bool>("--verify") { Description = "Then check it as 'fairlead verify' does" };
        var plainHttp = ImageArguments.PlainHttp();
        var command = Invocation.Named("pull", "Pulls an image from a registry into the local store, every digest checked.", "fairlead pull registry.example.com/models/penguins:1.0.0");
        command.Add(reference);
        command.Add(verify);
        command.Add(plainHttp);
        return command.Runs(host, (parse, context, cancellationToken) =>
            RunAsync(context, parse.GetRequiredValue(reference), parse.GetValue(verify), parse.GetValue(plainHttp), cancellationToken));
    }

    private static async Task<int> RunAsync(CommandContext context, string given, bool verify, bool plainHttp, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        var parsed = ImageReference.Parse(given);
        if (!parsed.TryGet(out var reference)) return terminal.Fail(parsed.Problems, ExitCode.Usage);
        var read = ImageArguments.Registry(context, plainHttp);
        if (!read.TryGet(out var options)) return terminal.Fail(read.Problems);
        var store = ImageArguments.Store(context);
        var begun = await store.BeginAsync(cancellationToken);
        if (!begun.TryGet(out var session)) return terminal.Fail(begun.Problems);
        await using (session)
        {
            var view = new TransferView();
            var pulled = await view.ShowAsync(terminal, context.Time, ImagePull.RunAsync(session, reference, options, view, cancellationToken));
            if (!pulled.TryGet(out var report)) return terminal.Fail(pulled.Problems);
            terminal.Result(Closing(report));
            return verify ? await VerifyAsync(context, store, report, cancellationToken) : Done(terminal, report, verified: null);
        }
    }

    private static async Task<int> VerifyAsync(CommandContext context, OciStore store, PullReport report, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        var verified = await new ImageVerifier(store, context.Home, context.Time).RunAsync(report.Image.Name, check => VerifyCommand.Show(terminal, check), cancellationToken);
        if (!verified.TryGet(out var checks)) return terminal.Fail(verified.Problems);
        terminal.Result(VerifyCommand.Closing(checks));
        Done(terminal, report, VerifyJson.Of(checks));
        return checks.IsOk ? ExitCode.Done : ExitCode.Failed;
    }

    private static int Done(Terminal terminal, PullReport report, VerifyJson? verified)
    {
        terminal.Data(PullItem.Of(report, verified), c => c.PullItem);
        return ExitCode.Done;
    }

    internal static string Closing(PullReport report)
    {
        var received = report.Blobs.Sum(b => b.Moved);
        return $"{report.Image.Name} {Measures.Bytes(received)} received, {Measures.Bytes(report.Blobs.Sum(b => b.Blob.Size) - received)} were there, {report.Image.Manifest.Digest}";
    }
}

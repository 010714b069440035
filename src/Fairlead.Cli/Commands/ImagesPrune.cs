using System.CommandLine;
using Fairlead.Cli.Images;
using Fairlead.Cli.Output;
using Fairlead.Oci.Layouts;

namespace Fairlead.Cli.Commands;

/// <summary>Frees what no image needs.</summary>
internal static class ImagesPrune
{
    public static Command Create(CliHost host)
    {
        var command = Invocation.Named("prune", "Removes the blobs that no image needs; builds that run meanwhile lose nothing.", "fairlead images prune");
        return command.Runs(host, async (_, context, cancellationToken) =>
        {
            var pruned = await ImageArguments.Store(context).PruneAsync(cancellationToken);
            if (!pruned.TryGet(out var report)) return context.Terminal.Fail(pruned.Problems);
            context.Terminal.Data(PruneItem.Of(report), c => c.PruneItem);
            context.Terminal.Result(Closing(report));
            return ExitCode.Done;
        });
    }

    internal static string Closing(PruneReport report) => report.Removed.Count switch
    {
        0 => "Every blob is needed.",
        1 => $"1 blob removed, {Measures.Bytes(report.Bytes)} freed.",
        var count => $"{count} blobs removed, {Measures.Bytes(report.Bytes)} freed.",
    };
}

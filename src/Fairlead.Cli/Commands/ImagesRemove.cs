using System.CommandLine;
using Fairlead.Cli.Images;
using Fairlead.Cli.Output;
using Fairlead.Core.Results;

namespace Fairlead.Cli.Commands;

/// <summary>Takes images out of the local store and frees what no other needs.</summary>
internal static class ImagesRemove
{
    public static Command Create(CliHost host)
    {
        var images = ImageArguments.Completed(new Argument<string[]>("IMAGE") { Description = "Images of the local store, NAME:VERSION", Arity = ArgumentArity.OneOrMore }, host);
        var command = Invocation.Named("remove", "Takes images out of the local store and frees what no other image needs.", "fairlead images remove penguins:1.0.0");
        command.Add(images);
        return command.Runs(host, (parse, context, cancellationToken) => RunAsync(context, parse.GetRequiredValue(images), cancellationToken));
    }

    private static async Task<int> RunAsync(CommandContext context, IReadOnlyList<string> given, CancellationToken cancellationToken)
    {
        var store = ImageArguments.Store(context);
        var parsed = given.Distinct().Select(ImageArguments.Name).ToList();
        if (Problems(parsed) is { Count: > 0 } wrong) return context.Terminal.Fail(wrong, ExitCode.Usage);
        // All are looked for before any is removed.
        if (Problems(parsed.Select(p => store.Find(p.Value))) is { Count: > 0 } missing) return context.Terminal.Fail(missing);
        foreach (var name in parsed)
        {
            var removed = await store.RemoveAsync(name.Value, cancellationToken);
            if (!removed.IsOk) return context.Terminal.Fail(removed.Problems);
        }

        var pruned = await store.PruneAsync(cancellationToken);
        if (!pruned.TryGet(out var report)) return context.Terminal.Fail(pruned.Problems);
        context.Terminal.Data(new RemoveItem([.. parsed.Select(p => p.Value.ToString())], PruneItem.Of(report)), c => c.RemoveItem);
        context.Terminal.Result($"{string.Join(", ", parsed.Select(p => p.Value))} removed, {Measures.Bytes(report.Bytes)} freed.");
        return ExitCode.Done;
    }

    private static IReadOnlyList<Problem> Problems<T>(IEnumerable<Result<T>> results) => [.. results.SelectMany(r => r.Problems)];
}

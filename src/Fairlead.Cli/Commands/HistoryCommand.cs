using System.CommandLine;
using Fairlead.Api.Wire;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Commands;

/// <summary>Lists a deployment's revisions, newest first.</summary>
internal static class HistoryCommand
{
    private static readonly Column[] Columns = [new("REVISION", Right: true), new("VERSION"), new("STATE"), new("AGE", 1, Right: true), new("CONTENT", 2), new("REMARK", 3)];

    public static Command Create(CliHost host)
    {
        var name = Invocation.NameArgument(host);
        var command = Invocation.Named("history", "Lists a deployment's revisions, newest first.", "fairlead history penguins");
        command.Add(name);
        return command.Asks(host, async (parse, context, client, cancellationToken) =>
        {
            var resolved = await Invocation.ResolveNameAsync(client, parse.GetValue(name), cancellationToken);
            if (!resolved.TryGet(out var deployment)) return context.Terminal.Fail(resolved.Problems);
            var read = await client.GetRevisionsAsync(deployment, cancellationToken);
            if (!read.TryGet(out var revisions)) return context.Terminal.Fail(read.Problems);
            context.Terminal.Data(revisions, c => c.IReadOnlyListRevisionSummary);
            context.Terminal.Result(Render(revisions, context.Time.GetUtcNow(), context.Terminal.Width, context.Terminal.Paint));
            return ExitCode.Done;
        });
    }

    internal static IReadOnlyList<string> Render(IReadOnlyList<RevisionSummary> revisions, DateTimeOffset now, int width, Paint paint) =>
        Table.Render(Columns, [.. revisions.Select(r => Row(r, now, paint))], width, paint);

    private static IReadOnlyList<Cell> Row(RevisionSummary r, DateTimeOffset now, Paint paint) =>
    [
        $"{r.Number}", r.Version, new(r.State, paint.Phase), Measures.Age(now - r.CreatedAt), Short(r.Content), r.CopyOf is { } of ? $"repeats revision {of}" : "",
    ];

    private static string Short(string? content) => content is { Length: > 19 } ? content[7..19] : content ?? "";
}

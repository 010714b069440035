using System.CommandLine;
using Fairlead.Api.Client;
using Fairlead.Api.Wire;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Commands;

/// <summary>Shows what happened: starts, failures, updates, scalings.</summary>
internal static class EventsCommand
{
    private const int Page = 500;
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(20);

    public static Command Create(CliHost host)
    {
        var name = Invocation.NameArgument(host, "Only this deployment's events");
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on as they happen, until Ctrl-C" };
        var command = Invocation.Named("events", "Shows what happened, oldest first.", "fairlead events penguins -f");
        command.Add(name);
        command.Add(follow);
        return command.Asks(host, (parse, context, client, cancellationToken) => RunAsync(context, client, parse.GetValue(name), parse.GetValue(follow), cancellationToken));
    }

    private static async Task<int> RunAsync(CommandContext context, ControlClient client, string? name, bool follow, CancellationToken cancellationToken)
    {
        var query = new EventQuery(name, After: 0, Limit: Page);
        try
        {
            while (true)
            {
                var read = await client.GetEventsAsync(query, TimeSpan.Zero, cancellationToken);
                if (!read.TryGet(out var records)) return context.Terminal.Fail(read.Problems);
                Print(context, records);
                if (records.Count > 0) query = query with { After = records[^1].Sequence };
                if (records.Count < Page) break;
            }

            while (follow)
            {
                var read = await client.GetEventsAsync(query, LongPoll, cancellationToken);
                if (!read.TryGet(out var records)) return context.Terminal.Fail(read.Problems);
                Print(context, records);
                if (records.Count > 0) query = query with { After = records[^1].Sequence };
            }
        }
        catch (OperationCanceledException) when (follow && cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how following ends: it did what was asked.
        }

        return ExitCode.Done;
    }

    private static void Print(CommandContext context, IReadOnlyList<EventRecord> records)
    {
        foreach (var record in records)
        {
            context.Terminal.DataLine(record, c => c.EventRecord);
            context.Terminal.Result(EventView.Format(record, context.Terminal.Paint));
        }
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Fairlead.Api.Client;
using Fairlead.Cli.Output;
using Fairlead.Core.Units;

namespace Fairlead.Cli.Commands;

/// <summary>Shows what a deployment's replicas wrote.</summary>
internal static class LogsCommand
{
    public static Command Create(CliHost host)
    {
        var name = Invocation.NameArgument(host);
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on as lines are written, until Ctrl-C" };
        var since = new Option<DateTimeOffset?>("--since")
        {
            Description = "Only lines since then: a span back ('10m') or a time ('2026-01-31T12:00:00Z')",
            HelpName = "TIME",
            CustomParser = result => ParseSince(result, host.Time.GetUtcNow()),
        };
        var replica = new Option<string?>("--replica") { Description = "Only this replica's lines", HelpName = "ID" };
        var tail = new Option<int?>("--tail", "-n") { Description = "At most so many lines of each replica, from the end", HelpName = "N" };
        tail.Validators.Add(static result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(int.TryParse(text, out var count) && count >= 0)) result.AddError($"--tail takes a number of lines, not '{text}'.");
        });
        var command = Invocation.Named("logs", "Shows the replicas' logs, oldest first.", "fairlead logs penguins -f --since 10m");
        command.Add(name);
        foreach (var option in (Option[])[follow, since, replica, tail]) command.Add(option);
        return command.Asks(host, async (parse, context, client, cancellationToken) =>
        {
            var resolved = await Invocation.ResolveNameAsync(client, parse.GetValue(name), cancellationToken);
            if (!resolved.TryGet(out var deployment)) return context.Terminal.Fail(resolved.Problems);
            var filter = new LogFilter(parse.GetValue(replica), parse.GetValue(since), parse.GetValue(tail), parse.GetValue(follow));
            return await PrintAsync(context, client, deployment, filter, cancellationToken);
        });
    }

    private static async Task<int> PrintAsync(CommandContext context, ControlClient client, string deployment, LogFilter filter, CancellationToken cancellationToken)
    {
        try
        {
            var read = await client.ReadLogsAsync(deployment, filter, record =>
            {
                context.Terminal.DataLine(record, c => c.LogRecord);
                context.Terminal.Result(LogView.Format(record, context.Terminal.Paint));
            }, cancellationToken);
            return read.IsOk ? ExitCode.Done : context.Terminal.Fail(read.Problems);
        }
        catch (OperationCanceledException) when (filter.Follow && cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how following ends: it did what was asked.
            return ExitCode.Done;
        }
    }

    private static DateTimeOffset? ParseSince(ArgumentResult result, DateTimeOffset now)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (Duration.TryParse(text, out var span)) return now - span;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time)) return time;
        result.AddError($"--since takes a span such as '10m' or a time such as '2026-01-31T12:00:00Z', not '{text}'.");
        return null;
    }
}

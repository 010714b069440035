using Fairlead.Api.Client;
using Fairlead.Api.Wire;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Deploying;

/// <summary>What <c>up</c> shows in the foreground: the status in place on a terminal, else a line for each event.</summary>
internal sealed class LiveView(CommandContext context, ControlClient client, string name)
{
    private const int EventsShown = 5;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(20);
    private readonly Queue<EventRecord> _events = new();
    private long _after;

    /// <summary>Returns when the token is cancelled or the deployment is gone.</summary>
    public async Task RunAsync(string footer, CancellationToken cancellationToken)
    {
        try
        {
            await SkipEventsSoFarAsync(cancellationToken);
            if (context.Terminal.IsLive) await RedrawAsync(footer, cancellationToken);
            else await PrintEventsAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how the view ends.
        }
    }

    private async Task RedrawAsync(string footer, CancellationToken cancellationToken)
    {
        using var screen = new LiveScreen(context.Terminal);
        while (true)
        {
            var read = await client.GetAsync(name, cancellationToken);
            if (read.Problems.Any(ClientProblems.IsNotFound)) return;
            await ReadEventsAsync(TimeSpan.Zero, cancellationToken);
            screen.Draw([.. Lines(read.IsOk ? read.Value : null, footer)]);
            await context.WaitAsync(Period, cancellationToken);
        }
    }

    private IEnumerable<string> Lines(DeploymentStatus? status, string footer)
    {
        var (width, paint) = (context.Terminal.Width, context.Terminal.Paint);
        yield return "";
        if (status is null) yield return paint.Warn(Table.Fit("The controller does not answer; gateway and replicas go on without it. 'fairlead controller' starts one.", width));
        else foreach (var line in StatusView.Render([status], context.Time.GetUtcNow(), width, paint)) yield return line;
        if (_events.Count > 0) yield return "";
        foreach (var record in _events) yield return EventView.Format(record, paint, width);
        yield return "";
        yield return paint.Faint(Table.Fit(footer, width));
    }

    private async Task PrintEventsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await ReadEventsAsync(LongPoll, cancellationToken);
            foreach (var record in read)
            {
                context.Terminal.DataLine(record, c => c.EventRecord);
                context.Terminal.Result(EventView.Format(record, context.Terminal.Paint));
            }

            if (read.Count > 0) continue;
            var status = await client.GetAsync(name, cancellationToken);
            if (status.Problems.Any(ClientProblems.IsNotFound)) return;
            await context.WaitAsync(Period, cancellationToken);
        }
    }

    /// <summary>What led to ready has been told already.</summary>
    private async Task SkipEventsSoFarAsync(CancellationToken cancellationToken)
    {
        while ((await ReadEventsAsync(TimeSpan.Zero, cancellationToken)).Count > 0)
        {
        }

        _events.Clear();
    }

    private async Task<IReadOnlyList<EventRecord>> ReadEventsAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        var read = await client.GetEventsAsync(new EventQuery(name, _after, 500), wait, cancellationToken);
        if (!read.TryGet(out var records)) return [];
        foreach (var record in records)
        {
            _after = record.Sequence;
            _events.Enqueue(record);
            if (_events.Count > EventsShown) _events.Dequeue();
        }

        return records;
    }
}

using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Fairlead.Api.Wire;
using Fairlead.Control.Fleet;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;

namespace Fairlead.Daemon.Api;

internal static class LogEndpoints
{
    private const int Buffered = 1024;

    private static readonly TimeSpan LookForNew = TimeSpan.FromMilliseconds(250);

    public static void Map(IEndpointRouteBuilder routes, ApiContext api) =>
        routes.MapGet(ApiRoutes.Logs, (string name, string? replica, DateTimeOffset? since, int? tail, bool? follow, HttpContext http) =>
                DeploymentEndpoints.Find(api, name, d => Logs(api, d, replica, new LogQuery(since, tail, follow ?? false), http)))
            .WithSummary("Log lines of the replicas, one JSON object a line.").Produces<LogRecord>(200, "application/x-ndjson").Refuses(400, 401, 404);

    private static IResult Logs(ApiContext api, DeploymentRecord record, string? replica, LogQuery query, HttpContext http)
    {
        ReplicaId? only = null;
        if (replica is not null && !TryParse(replica, record.Name, out only)) return Answers.Of([DaemonProblems.UnknownReplica(replica, record.Name.Value)]);
        if (query.Tail is < 0) return Answers.Of([DaemonProblems.BadRequest($"'tail' is {query.Tail}; it may not be less than 0.")]);
        return Results.Stream(async body =>
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, api.Stopping);
            try
            {
                if (query.Follow) await FollowAsync(api, record, only, query, body, over.Token);
                else await CopyAsync(api, record, only, query, body, over.Token);
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                // The reader has gone, or the controller ends.
            }
        }, "application/x-ndjson");
    }

    private static bool TryParse(string text, DeploymentName deployment, out ReplicaId? replica)
    {
        replica = null;
        try
        {
            replica = ReplicaId.Parse(text);
        }
        catch (FormatException)
        {
            return false;
        }

        // {deployment}-{revision}-{suffix}
        return string.Join('-', text.Split('-')[..^2]) == deployment.Value;
    }

    private static async Task CopyAsync(ApiContext api, DeploymentRecord record, ReplicaId? only, LogQuery query, Stream body, CancellationToken cancellationToken)
    {
        var engine = api.Engines[record.Engine];
        var lines = new List<LogLine>();
        foreach (var replica in Replicas(api, record, only))
        {
            await foreach (var line in engine.ReadLogAsync(replica, query, cancellationToken)) lines.Add(line);
        }

        // Each replica's lines are in order; a stable sort keeps them so.
        foreach (var line in lines.OrderBy(l => l.Time)) await WriteAsync(body, line, cancellationToken);
        await body.FlushAsync(cancellationToken);
    }

    private static async Task FollowAsync(ApiContext api, DeploymentRecord record, ReplicaId? only, LogQuery query, Stream body, CancellationToken cancellationToken)
    {
        var lines = Channel.CreateBounded<LogLine>(Buffered);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var feeding = FeedAsync(api, record, only, query, lines.Writer, over.Token);
        try
        {
            await body.FlushAsync(cancellationToken);
            await foreach (var line in lines.Reader.ReadAllAsync(cancellationToken))
            {
                await WriteAsync(body, line, cancellationToken);
                if (lines.Reader.Count == 0) await body.FlushAsync(cancellationToken);
            }
        }
        finally
        {
            await over.CancelAsync();
            await feeding;
        }
    }

    // Reads every replica there is and those that come, until the deployment or the one replica is gone.
    private static async Task FeedAsync(ApiContext api, DeploymentRecord record, ReplicaId? only, LogQuery query, ChannelWriter<LogLine> lines, CancellationToken cancellationToken)
    {
        var readers = new ConcurrentDictionary<ReplicaId, Task>();
        try
        {
            do
            {
                foreach (var replica in Replicas(api, record, only)) _ = readers.GetOrAdd(replica, r => ReadAsync(api.Engines[record.Engine], r, query, lines, cancellationToken));
                if (only is not null) await readers[only];
                else await Task.Delay(LookForNew, api.Clock.Time, cancellationToken);
            }
            while (only is null && api.Store.Deployments.ContainsKey(record.Name.Value));
            await Task.WhenAll(readers.Values);
            lines.TryComplete();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Task.WhenAll(readers.Values.Select(r => r.ContinueWith(static _ => { }, TaskScheduler.Default)));
        }
        catch (Exception failure)
        {
            lines.TryComplete(failure);
        }
    }

    private static async Task ReadAsync(IEngine engine, ReplicaId replica, LogQuery query, ChannelWriter<LogLine> lines, CancellationToken cancellationToken)
    {
        await foreach (var line in engine.ReadLogAsync(replica, query, cancellationToken)) await lines.WriteAsync(line, cancellationToken);
    }

    private static IEnumerable<ReplicaId> Replicas(ApiContext api, DeploymentRecord record, ReplicaId? only) =>
        only is not null ? [only] : api.View().Of(record.Name).Select(r => r.State.Id);

    private static async Task WriteAsync(Stream body, LogLine line, CancellationToken cancellationToken)
    {
        await JsonSerializer.SerializeAsync(body, new LogRecord(line.Time, line.Replica.Value, line.Text), ApiJson.Default.LogRecord, cancellationToken);
        await body.WriteAsync("\n"u8.ToArray(), cancellationToken);
    }
}

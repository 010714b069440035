using Fairlead.Api.Wire;
using Fairlead.Control.Autoscaling;
using Fairlead.Control.Events;
using Fairlead.Control.Why;
using Fairlead.Core.Units;

namespace Fairlead.Daemon.Api;

internal static class ReportEndpoints
{
    private const int DefaultEvents = 100;
    private const int MostEvents = 1000;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    public static void Map(IEndpointRouteBuilder routes, ApiContext api)
    {
        routes.MapGet(ApiRoutes.Why, (string name) => DeploymentEndpoints.Find(api, name, d => Why(api, d)))
            .WithSummary("Why the deployment is as it is, the likeliest cause first.").Produces<WhyReport>().Refuses(401, 404);
        routes.MapGet(ApiRoutes.Events, (string? deployment, long? after, int? limit, string? wait, CancellationToken cancellationToken) => EventsAsync(api, (deployment, after, limit, wait), cancellationToken))
            .WithSummary("Events, oldest first: those after a sequence number, or without one the newest.").Produces<IReadOnlyList<EventRecord>>().Refuses(400, 401);
    }

    private static IResult Why(ApiContext api, Control.Fleet.DeploymentRecord record)
    {
        var view = api.View();
        var gateway = api.Gateway();
        var diagnosis = Diagnostician.Diagnose(record, view, new GatewayCondition(view.Gateway.State is not null, gateway.Address, gateway.Problem));
        return TypedResults.Json(
            new WhyReport(record.Name.Value, diagnosis.Healthy, diagnosis.Summary, [.. diagnosis.Findings.Concat(ScalingFindings.Of(api.Scaling(record.Name))).Select(f => new Cause(f.Code, f.Summary, f.Evidence, f.Remedy))]),
            ApiJson.Default.WhyReport);
    }

    private static async Task<IResult> EventsAsync(ApiContext api, (string? Deployment, long? After, int? Limit, string? Wait) query, CancellationToken cancellationToken)
    {
        var limit = query.Limit ?? DefaultEvents;
        if (limit is < 1 or > MostEvents) return Answers.Of([DaemonProblems.BadRequest($"'limit' is {limit}; it may be 1 to {MostEvents}.")]);
        var wait = TimeSpan.Zero;
        if (query.Wait is not null && !Duration.TryParse(query.Wait, out wait)) return Answers.Of([DaemonProblems.BadRequest($"'wait' is '{query.Wait}'; write a duration such as 10s.")]);
        var until = api.Clock.Now + (wait < LongestWait ? wait : LongestWait);
        while (true)
        {
            var next = api.Store.NextEvent;
            var events = query.After is { } after ? api.Store.EventsAfter(after, query.Deployment, limit) : api.Store.LatestEvents(query.Deployment, limit);
            var left = until - api.Clock.Now;
            if (events.Count > 0 || left <= TimeSpan.Zero || !await HappensAsync(api, next, left, cancellationToken))
            {
                return TypedResults.Json((IReadOnlyList<EventRecord>)[.. events.Select(Record)], ApiJson.Default.IReadOnlyListEventRecord);
            }
        }
    }

    // False when the time has passed or the controller ends.
    private static async Task<bool> HappensAsync(ApiContext api, Task next, TimeSpan left, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, api.Stopping);
        var first = await Task.WhenAny(next, Task.Delay(left, api.Clock.Time, over.Token));
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return first == next;
    }

    private static EventRecord Record(EventEntry entry) =>
        new(entry.Sequence, entry.Time, entry.Deployment, entry.Replica, StatusReport.Word(entry.Severity), entry.Kind, entry.Message);
}

using System.Globalization;
using Fairlead.Core.Routing;
using Fairlead.Gateway.Forwarding;
using Fairlead.Gateway.Holding;
using Fairlead.Gateway.Routing;

namespace Fairlead.Gateway.Administration;

/// <summary>Whose requests wait for a first replica. The question stays open until there is news, so that whoever starts replicas hears of it at once.</summary>
internal sealed class HeldEndpoint(RouteBook book, HoldRoom room, TimeProvider time, CancellationToken stopping)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var after = long.TryParse(context.Request.Query[GatewayWaiting.After], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var given) ? given : -1;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var limit = Task.Delay(GatewayWaiting.Longest, time, over.Token);
        while (true)
        {
            var news = room.News;
            var held = book.Held();
            var answer = new GatewayWaiting(room.Sequence, held);
            if ((answer.Sequence != after && answer.Deployments.Count > 0) || limit.IsCompleted)
            {
                await over.CancelAsync();
                await OwnAnswer.JsonAsync(context, 200, answer, RoutingJson.Default.GatewayWaiting, context.RequestAborted);
                return;
            }

            await Task.WhenAny(news, limit);
        }
    }
}

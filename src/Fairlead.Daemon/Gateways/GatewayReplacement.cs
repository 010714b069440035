using Fairlead.Control;
using Fairlead.Control.Events;
using Fairlead.Control.Routes;
using Fairlead.Core.Homes;
using Fairlead.Core.Results;
using Fairlead.Core.Routing;
using Fairlead.Engines.Processes;

namespace Fairlead.Daemon.Gateways;

/// <summary>
/// A planned hand-over: start the successor in standby → it has the routes, and gets every change of them → it accepts on the
/// socket that the old one accepts on too → the old one stops accepting, drains and ends. Whatever fails before the successor
/// accepts leaves the old one as it was.
/// </summary>
/// <param name="view">The gateways as the controller last saw them.</param>
internal sealed class GatewayReplacement(FairleadHome home, GatewayStarter starter, GatewayLinks links, Func<GatewayView> view, Clock clock, GatewayVoice voice)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RoutesDeadline = TimeSpan.FromSeconds(10);

    /// <returns>The gateway that was replaced; it drains now.</returns>
    public async Task<Result<GatewayMember>> RunAsync(CancellationToken cancellationToken)
    {
        if (links.Current is not { Process.IsAlive: true } before) return DaemonProblems.GatewayNotReplaced("none runs; one is being started");
        if (starter.Open() is { } problem) return DaemonProblems.GatewayNotReplaced(problem.Message.TrimEnd('.'));
        var started = starter.Start(standby: true);
        if (!started.TryGet(out var process)) return DaemonProblems.GatewayNotReplaced(started.Problems[0].Message.TrimEnd('.'));
        var successor = GatewayMember.Of(process, home);
        links.Join(successor);
        try
        {
            if (await TakeOverAsync(successor, cancellationToken) is { } failure)
            {
                Abandon(successor);
                return failure;
            }
        }
        catch
        {
            Abandon(successor);
            throw;
        }

        links.Swap(successor);
        voice.Changed();
        voice.Tell(EventKind.GatewayReplaced, $"The gateway (process {before.Process.Pid}) hands over to process {process.Pid}, which listens on {starter.Address}.", Severity.Information);
        // Not answered: it ends by itself all the same when its process is told to, at the latest when the controller ends it.
        if (await before.Client.OrderAsync(HandOverContract.Retire, cancellationToken) is null) before.Process.Signal(ProcessSignal.Terminate);
        return before;
    }

    private async Task<Problem?> TakeOverAsync(GatewayMember successor, CancellationToken cancellationToken)
    {
        var pid = successor.Process.Pid;
        if (!await BecomesAsync(async () => await successor.Client.ReadStateAsync(cancellationToken) is not null, successor.Process, StartDeadline, cancellationToken))
        {
            var why = GatewayFinder.LastProblem(starter.LogFile);
            return DaemonProblems.GatewayNotReplaced(why is null ? $"the new one (process {pid}) did not start" : $"the new one did not start: {why}");
        }

        // From a turn that knew of it on, no replica is stopped before it has let go of it too.
        voice.Changed();
        if (!await BecomesAsync(() => Task.FromResult(view() is { Settled: true } now && now.Others.Any(o => o.Pid == pid)), successor.Process, RoutesDeadline, cancellationToken))
        {
            return DaemonProblems.GatewayNotReplaced($"the new one (process {pid}) did not take the routes");
        }

        return await successor.Client.OrderAsync(HandOverContract.Accept, cancellationToken) is null ? DaemonProblems.GatewayNotReplaced($"the new one (process {pid}) did not begin to listen") : null;
    }

    private void Abandon(GatewayMember successor)
    {
        successor.Process.Signal(ProcessSignal.Kill);
        links.Leave(successor);
    }

    private async Task<bool> BecomesAsync(Func<Task<bool>> condition, DetachedProcess process, TimeSpan limit, CancellationToken cancellationToken)
    {
        var since = clock.Now;
        while (process.IsAlive && clock.Now - since < limit)
        {
            if (await condition()) return true;
            await Task.Delay(Poll, clock.Time, cancellationToken);
        }

        return false;
    }
}

using Fairlead.Api.Wire;
using Fairlead.Control;
using Fairlead.Control.Events;
using Fairlead.Control.Restarts;
using Fairlead.Control.Routes;
using Fairlead.Core.Homes;
using Fairlead.Core.Results;
using Fairlead.Core.Routing;
using Fairlead.Engines.Processes;
using Fairlead.Gateway.HandOver;
using Microsoft.Extensions.Logging;

namespace Fairlead.Daemon.Gateways;

/// <summary>
/// Keeps one gateway running: finds the one that runs by its record, starts one when there is none, and another at once when it ends.
/// A gateway that ends soon after its start is started again with a growing wait. It outlives this process unless it is ended.
/// The socket that it listens on is held here too, so that connections wait for the next one instead of being refused.
/// </summary>
internal sealed partial class GatewayHost : IDisposable
{
    // A gateway that has lived so long has started well: when it ends then, the next is started at once.
    private static readonly TimeSpan StartedWell = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RecordPoll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RecordDeadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly ControllerOptions _options;
    private readonly GatewayLinks _links;
    private readonly Clock _clock;
    private readonly GatewayVoice _voice;
    private readonly ILogger _logger;
    private readonly GatewayStarter _starter;
    private readonly GatewayReplacement _replacement;
    private readonly SemaphoreSlim _replacing = new(1, 1);
    private readonly WakeSignal _swapped = new();
    private volatile Problem? _problem;
    private volatile string? _address;

    /// <param name="view">The gateways as the controller last saw them.</param>
    public GatewayHost(ControllerOptions options, GatewayLinks links, Func<GatewayView> view, Clock clock, GatewayVoice voice, ILogger logger)
    {
        (_options, _links, _clock, _voice, _logger) = (options, links, clock, voice, logger);
        _starter = new GatewayStarter(options);
        _replacement = new GatewayReplacement(options.Home, _starter, links, view, clock, voice);
    }

    public int? Pid => _links.Current is { Process: { IsAlive: true } process } ? process.Pid : null;

    /// <summary>Where it listens; until it says so, where it should.</summary>
    public string Address => _address ?? _starter.Address ?? _options.Gateway;

    /// <summary>Why there is no gateway; null when there is one.</summary>
    public Problem? Problem => _problem;

    private FairleadHome Home => _options.Home;

    /// <summary>
    /// Takes over the gateway that runs already, or takes the address for the first one. Asked once, before a controller takes up its
    /// work: a gateway that can never listen would otherwise be started again and again while the command that waits learns nothing.
    /// </summary>
    /// <returns>Null, or why no gateway can be had.</returns>
    public async Task<Problem?> TakeUpAsync(CancellationToken cancellationToken)
    {
        var record = GatewayFinder.Record(Home);
        var process = record is null ? null : DetachedProcess.Find(record.Pid, record.StartTime);
        foreach (var other in await GatewayFinder.OthersAsync(Home, process?.Pid ?? 0, cancellationToken))
        {
            _links.Join(other);
            await other.Client.OrderAsync(HandOverContract.Retire, cancellationToken);
        }

        if (process is null) return _starter.Open() is { Code: "FL4002" } ? DaemonProblems.GatewayPortTaken(_options.Gateway) : null;
        _links.Set(GatewayMember.Of(process, Home));
        _address = record!.Address;
        _starter.Take(process);
        _voice.Tell(EventKind.GatewayAdopted, $"The gateway (process {process.Pid}) at {record.Address} goes on.", Severity.Information);
        return null;
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        foreach (var draining in _links.Beside) _ = SeeOffAsync(draining, stopping);
        var update = UpdateAsync(stopping);
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var lived = await LiveAsync(stopping);
                failures = lived >= StartedWell ? 0 : failures + 1;
                // The first is started again at once, whatever ended it.
                var wait = failures <= 1 && lived > TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, Backoff.First.Ticks << Math.Min(failures - 1, 8)));
                if (wait > TimeSpan.Zero) await Task.Delay(wait, _clock.Time, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                LogFailed(_logger, failure);
                await new WakeSignal().WaitAsync(Backoff.First, _clock.Time, stopping);
            }
        }

        await update;
    }

    /// <summary>Has another gateway take over from the one that serves. Returns when the new one serves; the old one drains then.</summary>
    public async Task<Result<GatewayReplaced>> ReplaceAsync(CancellationToken cancellationToken)
    {
        await _replacing.WaitAsync(cancellationToken);
        try
        {
            var replaced = await _replacement.RunAsync(cancellationToken);
            if (!replaced.TryGet(out var before)) return Result.Fail<GatewayReplaced>(replaced.Problems);
            _address = _starter.Address;
            _swapped.Set();
            _ = SeeOffAsync(before, CancellationToken.None);
            return new GatewayReplaced(before.Process.Pid, _links.Current!.Process.Pid, Address);
        }
        finally
        {
            _replacing.Release();
        }
    }

    /// <summary>Ends all gateways: SIGTERM, their own drain, then SIGKILL; and removes what they left. Call when <see cref="RunAsync"/> has returned.</summary>
    public async Task EndAsync()
    {
        // Nobody is to wait for a gateway that does not come.
        _starter.Dispose();
        await Task.WhenAll(_links.Beside.Concat(_links.Current is { } current ? [current] : []).Select(m => EndAsync(m.Process)));
        foreach (var path in (ReadOnlySpan<string>)[Home.GatewaySocket, Home.GatewayFile, Home.GatewayRoutes]) File.Delete(path);
    }

    public void Dispose()
    {
        _starter.Dispose();
        _replacing.Dispose();
    }

    private async Task EndAsync(DetachedProcess process)
    {
        process.Signal(ProcessSignal.Terminate);
        using var grace = new CancellationTokenSource(EndGrace, _clock.Time);
        try
        {
            await process.WaitForExitAsync(grace.Token);
        }
        catch (OperationCanceledException)
        {
            LogKilled(_logger, process.Pid, EndGrace.TotalSeconds);
            process.Signal(ProcessSignal.Kill);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        File.Delete(Home.GatewaySocketOf(process.Pid));
        File.Delete(Home.GatewayListenerOf(process.Pid));
    }

    // Another build of this program is there than the gateway that runs came from: an upgrade, which users should not have to finish.
    private async Task UpdateAsync(CancellationToken stopping)
    {
        try
        {
            if (_links.Current is not { } adopted) return;
            var state = await adopted.Client.ReadStateAsync(stopping);
            // One that does not say its build cannot hand over either.
            if (state is null || state.Build.Length == 0 || state.Build == GatewayBuild.Name) return;
            var replaced = await ReplaceAsync(stopping);
            if (!replaced.IsOk) _voice.Tell(EventKind.GatewayStartFailed, replaced.Problems[0].Message, Severity.Warning);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next controller finds it as it is.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogFailed(_logger, failure);
        }
    }

    /// <summary>Waits for the end of a gateway that has handed over.</summary>
    private async Task SeeOffAsync(GatewayMember draining, CancellationToken stopping)
    {
        try
        {
            await draining.Process.WaitForExitAsync(stopping);
            _links.Leave(draining);
            _voice.Tell(EventKind.GatewayDrained, $"The gateway that was replaced (process {draining.Process.Pid}) has ended.", Severity.Information);
            _voice.Changed();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It goes on draining; the next controller sees it off.
        }
    }

    /// <returns>How long it lived; zero when it was not started.</returns>
    private async Task<TimeSpan> LiveAsync(CancellationToken stopping)
    {
        var since = _clock.Now;
        var adopted = _links.Current is { Process.IsAlive: true };
        if (!adopted && !Start()) return TimeSpan.Zero;
        var process = _links.Current!.Process;
        if (!adopted) await AnnounceAsync(process, stopping);
        _voice.Changed();
        var ended = process.WaitForExitAsync(stopping);
        while (!ended.IsCompleted)
        {
            await Task.WhenAny(ended, _swapped.WaitAsync(Timeout.InfiniteTimeSpan, _clock.Time, stopping));
            stopping.ThrowIfCancellationRequested();
            // Its successor is watched next; how this one ends is no news.
            if (_links.Current!.Process != process) return StartedWell;
        }

        var exit = await ended;
        var how = exit switch { { Signal: { } signal } => $"was ended by {signal}", { Code: { } code } => $"exited with code {code}", _ => "ended" };
        var problem = DaemonProblems.GatewayEnds(how, GatewayFinder.LastProblem(_starter.LogFile));
        _problem = problem;
        _voice.Tell(EventKind.GatewayExited, problem.Message, Severity.Error);
        _voice.Changed();
        return adopted ? StartedWell : _clock.Now - since;
    }

    private bool Start()
    {
        var started = _starter.Open() is { } closed ? closed : _starter.Start(standby: false);
        if (started.TryGet(out var process))
        {
            _links.Set(GatewayMember.Of(process, Home));
            return true;
        }

        var problem = DaemonProblems.GatewayNotStarted(started.Problems[0].Message.TrimEnd('.'));
        _problem = problem;
        _voice.Tell(EventKind.GatewayStartFailed, problem.Message, Severity.Error);
        return false;
    }

    // It listens when its record is there; it may also end before that.
    private async Task AnnounceAsync(DetachedProcess process, CancellationToken stopping)
    {
        var since = _clock.Now;
        while (process.IsAlive && _clock.Now - since < RecordDeadline)
        {
            if (GatewayFinder.Record(Home) is { } record && record.Pid == process.Pid && record.StartTime == process.StartTime)
            {
                (_address, _problem) = (record.Address, null);
                _voice.Tell(EventKind.GatewayStarted, $"The gateway (process {process.Pid}) listens on {record.Address}.", Severity.Information);
                return;
            }

            await Task.Delay(RecordPoll, _clock.Time, stopping);
        }
    }

    [LoggerMessage(5501, LogLevel.Error, "Keeping the gateway running failed; it is tried again.")]
    private static partial void LogFailed(ILogger logger, Exception failure);

    [LoggerMessage(5502, LogLevel.Warning, "The gateway (process {Pid}) had not ended {Seconds} s after SIGTERM and is killed.")]
    private static partial void LogKilled(ILogger logger, int pid, double seconds);
}

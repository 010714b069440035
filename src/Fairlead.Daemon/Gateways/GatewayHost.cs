using System.Text.Json;
using Fairlead.Api.Wire;
using Fairlead.Control;
using Fairlead.Control.Events;
using Fairlead.Control.Restarts;
using Fairlead.Core.Homes;
using Fairlead.Core.Results;
using Fairlead.Core.Routing;
using Fairlead.Engines.Processes;
using Microsoft.Extensions.Logging;

namespace Fairlead.Daemon.Gateways;

/// <summary>
/// Keeps one gateway running: finds the one that runs by its record, starts one when there is none, and another at once when it ends.
/// A gateway that ends soon after its start is started again with a growing wait. It outlives this process unless it is ended.
/// </summary>
/// <param name="tell">Takes an event; its kind, message and severity.</param>
/// <param name="changed">Called when the gateway has come or gone.</param>
internal sealed partial class GatewayHost(ControllerOptions options, Clock clock, Action<string, string, Severity> tell, Action changed, ILogger logger)
{
    // A gateway that has lived so long has started well: when it ends then, the next is started at once.
    private static readonly TimeSpan StartedWell = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RecordPoll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RecordDeadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private volatile DetachedProcess? _process;
    private volatile Problem? _problem;
    private volatile string? _address;

    private FairleadHome Home => options.Home;

    public int? Pid => _process is { IsAlive: true } process ? process.Pid : null;

    /// <summary>Where it listens; until it says so, where it should.</summary>
    public string Address => _address ?? options.Gateway;

    /// <summary>Why there is no gateway; null when there is one.</summary>
    public Problem? Problem => _problem;

    private string LogFile => Path.Combine(Home.Logs, "gateway.log");

    /// <summary>Takes over the gateway that runs already; false when none does. Call before <see cref="RunAsync"/>.</summary>
    public bool TryAdopt()
    {
        if (ReadRecord() is not { } record || DetachedProcess.Find(record.Pid, record.StartTime) is not { } process) return false;
        (_process, _address) = (process, record.Address);
        tell(EventKind.GatewayAdopted, $"The gateway (process {process.Pid}) at {record.Address} goes on.", Severity.Information);
        return true;
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var lived = await LiveAsync(stopping);
                failures = lived >= StartedWell ? 0 : failures + 1;
                // The first is started again at once, whatever ended it.
                var wait = failures <= 1 && lived > TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, Backoff.First.Ticks << Math.Min(failures - 1, 8)));
                if (wait > TimeSpan.Zero) await Task.Delay(wait, clock.Time, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogFailed(logger, failure);
                await new WakeSignal().WaitAsync(Backoff.First, clock.Time, stopping);
            }
        }
    }

    /// <summary>Ends the gateway: SIGTERM, its own drain, then SIGKILL; and removes what it left. Call when <see cref="RunAsync"/> has returned.</summary>
    public async Task EndAsync()
    {
        if (_process is { IsAlive: true } process)
        {
            process.Signal(ProcessSignal.Terminate);
            using var grace = new CancellationTokenSource(EndGrace, clock.Time);
            try
            {
                await process.WaitForExitAsync(grace.Token);
            }
            catch (OperationCanceledException)
            {
                LogKilled(logger, process.Pid, EndGrace.TotalSeconds);
                process.Signal(ProcessSignal.Kill);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }

        foreach (var path in (ReadOnlySpan<string>)[Home.GatewaySocket, Home.GatewayFile, Home.GatewayRoutes]) File.Delete(path);
    }

    /// <returns>How long it lived; zero when it was not started.</returns>
    private async Task<TimeSpan> LiveAsync(CancellationToken stopping)
    {
        var since = clock.Now;
        var adopted = _process is { IsAlive: true };
        if (!adopted && !Start()) return TimeSpan.Zero;
        var process = _process!;
        if (!adopted) await AnnounceAsync(process, stopping);
        changed();
        var exit = await process.WaitForExitAsync(stopping);
        var how = exit switch { { Signal: { } signal } => $"was ended by {signal}", { Code: { } code } => $"exited with code {code}", _ => "ended" };
        var problem = DaemonProblems.GatewayEnds(how, LastProblem());
        _problem = problem;
        tell(EventKind.GatewayExited, problem.Message, Severity.Error);
        changed();
        return adopted ? StartedWell : clock.Now - since;
    }

    private bool Start()
    {
        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);
        environment[FairleadHome.Variable] = Home.Root;
        environment[ApiRoutes.GatewayVariable] = options.Gateway;
        var started = DetachedProcess.Start(new SpawnOptions
        {
            Program = options.Program[0],
            Arguments = [.. options.Program.Skip(1), "gateway"],
            Environment = environment,
            WorkingFolder = Home.Root,
            Output = LogFile,
        });
        if (started.TryGet(out var process))
        {
            _process = process;
            return true;
        }

        var problem = DaemonProblems.GatewayNotStarted(started.Problems[0].Message.TrimEnd('.'));
        _problem = problem;
        tell(EventKind.GatewayStartFailed, problem.Message, Severity.Error);
        return false;
    }

    // It listens when its record is there; it may also end before that.
    private async Task AnnounceAsync(DetachedProcess process, CancellationToken stopping)
    {
        var since = clock.Now;
        while (process.IsAlive && clock.Now - since < RecordDeadline)
        {
            if (ReadRecord() is { } record && record.Pid == process.Pid && record.StartTime == process.StartTime)
            {
                (_address, _problem) = (record.Address, null);
                tell(EventKind.GatewayStarted, $"The gateway (process {process.Pid}) listens on {record.Address}.", Severity.Information);
                return;
            }

            await Task.Delay(RecordPoll, clock.Time, stopping);
        }
    }

    private GatewayRecord? ReadRecord()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Home.GatewayFile), RoutingJson.Default.GatewayRecord);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    // The gateway tells a problem as "FL4nnn: message" at the end of its log.
    private IReadOnlyList<string> LastProblem()
    {
        try
        {
            using var log = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            log.Seek(Math.Max(0, log.Length - 4096), SeekOrigin.Begin);
            using var reader = new StreamReader(log);
            return [.. reader.ReadToEnd().Split('\n').TakeLast(6).Where(l => l.StartsWith("FL", StringComparison.Ordinal)).Select(l => l.TrimEnd('.'))];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    [LoggerMessage(5501, LogLevel.Error, "Keeping the gateway running failed; it is tried again.")]
    private static partial void LogFailed(ILogger logger, Exception failure);

    [LoggerMessage(5502, LogLevel.Warning, "The gateway (process {Pid}) had not ended {Seconds} s after SIGTERM and is killed.")]
    private static partial void LogKilled(ILogger logger, int pid, double seconds);
}

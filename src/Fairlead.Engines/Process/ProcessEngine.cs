using System.Collections.Concurrent;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Engines.Cgroups;
using Fairlead.Engines.Logs;
using Fairlead.Engines.Secrets;
using Microsoft.Extensions.Logging;

namespace Fairlead.Engines.Process;

/// <summary>
/// Replicas as processes of this machine, each in a session of its own, so that they outlive the engine. The first call
/// adopts what runs. Disposing stops watching and leaves the replicas running.
/// </summary>
public sealed partial class ProcessEngine : IEngine, IAsyncDisposable
{
    private readonly ProcessEngineOptions _options;
    private readonly ILogger<ProcessEngine> _logger;
    private readonly SpecCheck _check;
    private readonly PortPool _ports;
    private readonly Lazy<CgroupLimits> _limits;
    private readonly ReplicaStarter _starter;
    private readonly ReplicaEnder _ender;
    private readonly ExitFeed _exits = new();
    private readonly ConcurrentDictionary<ReplicaId, ReplicaProcess> _replicas = new();
    private readonly ConcurrentDictionary<ReplicaId, SemaphoreSlim> _gates = new();
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly CancellationTokenSource _disposed = new();
    private volatile bool _opened;
    private int _isDisposed;

    public ProcessEngine(ProcessEngineOptions options, ILogger<ProcessEngine> logger)
    {
        (_options, _logger) = (options, logger);
        var secrets = new SecretSource(options.Home, options.LookUpSecret);
        _check = new SpecCheck(options.Home, options.ServerProgram, secrets);
        _ports = new PortPool(options.Ports, PortPool.ReadEphemeral(), Random.Shared);
        _limits = new Lazy<CgroupLimits>(() => CgroupLimits.Detect(options.Home.Root));
        _starter = new ReplicaStarter(options, secrets, _check, _ports, _limits);
        _ender = new ReplicaEnder(options.Time);
    }

    public string Name => "process";

    public EngineCapabilities Capabilities => new()
    {
        RunsCommands = true,
        CpuLimitUnavailable = _limits.Value.CpuUnavailable,
        MemoryLimitUnavailable = _limits.Value.MemoryUnavailable,
    };

    public IReadOnlyList<Problem> Check(ReplicaSpec replica) => _check.Check(replica);

    public async Task<EngineSnapshot> ObserveAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        var sessions = new Lazy<ILookup<int, Processes.ProcessStat>>(UsageReader.ReadSessions);
        var states = new List<ReplicaState>();
        foreach (var replica in _replicas.Values.OrderBy(r => r.Record.StartedAt))
        {
            // Its end is seen here before the watcher has recorded it: wait for how it ended.
            if (replica.IsRunning && replica.Process is { IsAlive: false }) await SettleAsync(replica, cancellationToken);
            BoundLog(replica);
            states.Add(replica.State(UsageReader.Read(replica, sessions)));
        }

        return new EngineSnapshot(_options.Time.GetUtcNow(), states);
    }

    public async Task<Result<ReplicaState>> StartAsync(ReplicaSpec replica, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        using var turn = await TakeTurnAsync(replica.Id, cancellationToken);
        if (_replicas.TryGetValue(replica.Id, out var known) && known.IsRunning) return known.State(null);
        if (Check(replica) is { Count: > 0 } problems) return Result.Fail<ReplicaState>(problems);
        var result = await Task.Run(() => _starter.Start(replica), cancellationToken);
        if (!result.TryGet(out var started)) return Result.Fail<ReplicaState>(result.Problems);
        _replicas[replica.Id] = started;
        LogStarted(replica.Id, started.Record.Pid, started.Record.HttpPort);
        foreach (var note in started.Record.Notes) LogNote(replica.Id, note);
        _ = FollowAsync(started);
        return started.State(null);
    }

    public async Task<Result<bool>> StopAsync(ReplicaId replica, TimeSpan grace, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        using var turn = await TakeTurnAsync(replica, cancellationToken);
        if (!_replicas.TryGetValue(replica, out var known)) return false;
        var wasRunning = known.IsRunning;
        var ended = await _ender.EndAsync(known, wasRunning ? grace : TimeSpan.Zero, cancellationToken);
        if (!ended.TryGet(out var killed)) return ended;
        await known.Ended.WaitAsync(cancellationToken);
        if (wasRunning) LogStopped(replica, killed);
        return killed && wasRunning;
    }

    public async Task<bool> RemoveAsync(ReplicaId replica, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        using var turn = await TakeTurnAsync(replica, cancellationToken);
        if (!_replicas.TryGetValue(replica, out var known)) return true;
        if (known.IsRunning) return false;
        await known.Ended.WaitAsync(cancellationToken);
        var gone = await _ender.KillAsync(known, cancellationToken);
        if (!gone.IsOk) return false;
        await DeleteCgroupsAsync(known.Record.Cgroups, cancellationToken);
        known.Folder.Delete();
        _ports.Release(known.Record.Ports);
        _replicas.TryRemove(replica, out _);
        return true;
    }

    public IAsyncEnumerable<ReplicaId> WatchAsync(CancellationToken cancellationToken) => _exits.Watch(cancellationToken);

    public IAsyncEnumerable<LogLine> ReadLogAsync(ReplicaId replica, LogQuery query, CancellationToken cancellationToken) =>
        new ReplicaLog(_options.Home.LogOf(replica), replica, _options.Time)
            .ReadAsync(query, () => !_replicas.TryGetValue(replica, out var known) || !known.IsRunning, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1) return;
        await _disposed.CancelAsync();
        await Task.WhenAll(_replicas.Values.Select(r => r.Ended));
        _exits.Complete();
        _opening.Dispose();
        _disposed.Dispose();
    }

    private void BoundLog(ReplicaProcess replica)
    {
        try
        {
            ReplicaLog.Bound(_options.Home.LogOf(replica.Id), _options.MaxLogBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogUnbounded(replica.Id, e.Message);
        }
    }

    /// <summary>One thing at a time is done to a replica; different ones do not wait for each other.</summary>
    private async Task<IDisposable> TakeTurnAsync(ReplicaId replica, CancellationToken cancellationToken)
    {
        var gate = _gates.GetOrAdd(replica, static _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken);
        return new Turn(gate);
    }

    private sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}

using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Core.Units;

namespace Fairlead.Testing.Engines;

/// <summary>
/// An engine in memory. What it runs lives in a <see cref="FakeMachine"/>, so that <see cref="Reopen"/> is what a new
/// controller sees. A command workload is obeyed: <c>exit N</c>, <c>print LINE…</c>, <c>stubborn</c>; anything else runs until it is ended.
/// </summary>
public sealed class FakeEngine(TimeProvider? time = null, FakeMachine? machine = null) : IEngine, IFaultInjection
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public FakeMachine Machine { get; } = machine ?? new FakeMachine();

    public string Name { get; init; } = "process";

    public EngineCapabilities Capabilities { get; set; } = new() { RunsCommands = true };

    /// <summary>What <see cref="Check"/> answers.</summary>
    public Func<ReplicaSpec, IReadOnlyList<Problem>> OnCheck { get; set; } = static _ => [];

    /// <summary>A problem that makes the start fail; null lets it run.</summary>
    public Func<ReplicaSpec, Problem?> OnStart { get; set; } = static _ => null;

    /// <summary>What a start waits for; default nothing.</summary>
    public Func<ReplicaSpec, Task> WhileStarting { get; set; } = static _ => Task.CompletedTask;

    /// <summary>What keeps the engine from being asked, as a daemon that is being restarted; null when nothing does.</summary>
    public Exception? Away { get; set; }

    /// <summary>Where a replica is reached; default a port of its own with nothing behind it.</summary>
    public Func<ReplicaSpec, IPEndPoint>? EndPointOf { get; set; }

    /// <summary>A new engine on the same machine, as after a crash of the controller.</summary>
    public FakeEngine Reopen() => new(_time, Machine) { OnCheck = OnCheck, OnStart = OnStart, EndPointOf = EndPointOf, Capabilities = Capabilities, Away = Away };

    /// <summary>The replica's process ends by itself.</summary>
    public void Exit(ReplicaId replica, int? code = 0, string? signal = null, bool outOfMemory = false) =>
        Machine.End(replica, new ReplicaExit(_time.GetUtcNow(), code, signal, outOfMemory, Machine.LastLines(replica)));

    public void WriteLog(ReplicaId replica, string text) => Machine.Write(replica, new LogLine(TimeOf(text) ?? _time.GetUtcNow(), replica, text));

    public IReadOnlyList<Problem> Check(ReplicaSpec replica) => replica.Workload is Workload.Image
        ? [new Problem("FL3001", "The process engine does not run images.", "Use another engine.")]
        : OnCheck(replica);

    public Task<EngineSnapshot> ObserveAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Away is not null) return Task.FromException<EngineSnapshot>(Away);
        return Task.FromResult(new EngineSnapshot(_time.GetUtcNow(), Machine.Replicas()));
    }

    public async Task<Result<ReplicaState>> StartAsync(ReplicaSpec replica, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Machine.Record($"start {replica.Id}");
        if (Machine.Find(replica.Id) is { Phase: ReplicaPhase.Running } running) return running;
        if (Check(replica) is { Count: > 0 } problems) return Result.Fail<ReplicaState>(problems);
        if (OnStart(replica) is { } problem) return problem;
        await WhileStarting(replica);
        var state = Machine.Start(replica, _time.GetUtcNow(), EndPointOf?.Invoke(replica));
        Obey(replica);
        return state;
    }

    public async Task<Result<bool>> StopAsync(ReplicaId replica, TimeSpan grace, CancellationToken cancellationToken)
    {
        Machine.Record($"stop {replica}");
        if (Machine.Find(replica) is not { Phase: ReplicaPhase.Running }) return false;
        var stubborn = Machine.IsStubborn(replica);
        if (stubborn) await Task.Delay(grace, _time, cancellationToken);
        Exit(replica, stubborn ? null : 0, stubborn ? "SIGKILL" : null);
        return stubborn;
    }

    public Task<bool> RemoveAsync(ReplicaId replica, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Machine.Record($"remove {replica}");
        return Task.FromResult(Machine.Remove(replica));
    }

    public IAsyncEnumerable<ReplicaId> WatchAsync(CancellationToken cancellationToken) => Machine.Watch(cancellationToken);

    public async IAsyncEnumerable<LogLine> ReadLogAsync(ReplicaId replica, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lines = Machine.Log(replica).Where(l => query.Since is not { } since || l.Time >= since).ToList();
        var seen = Machine.Log(replica).Count;
        foreach (var line in query.Tail is { } tail ? lines.TakeLast(tail) : lines) yield return line;
        while (query.Follow && Machine.Find(replica) is { } state)
        {
            var log = Machine.Log(replica);
            foreach (var line in log.Skip(seen)) yield return line;
            seen = log.Count;
            if (state.Phase == ReplicaPhase.Exited) yield break;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }
    }

    public Task<Result<bool>> SignalAsync(ReplicaId replica, string signal, CancellationToken cancellationToken) => HarmAsync(replica, $"signal {signal}", () =>
    {
        if (signal == "KILL") Exit(replica, null, "SIGKILL");
    });

    public Task<Result<bool>> LimitMemoryAsync(ReplicaId replica, ByteSize memory, CancellationToken cancellationToken) => HarmAsync(replica, $"limit {memory}", static () => { });

    public Task<Result<bool>> FillDiskAsync(ReplicaId replica, CancellationToken cancellationToken) => HarmAsync(replica, "fill", static () => { });

    public Task<Result<bool>> FreeDiskAsync(ReplicaId replica, CancellationToken cancellationToken) => HarmAsync(replica, "free", static () => { });

    private Task<Result<bool>> HarmAsync(ReplicaId replica, string call, Action harm)
    {
        if (Machine.Find(replica) is not { Phase: ReplicaPhase.Running }) return Task.FromResult<Result<bool>>(false);
        Machine.Record($"{call} {replica}");
        harm();
        return Task.FromResult<Result<bool>>(true);
    }

    private static DateTimeOffset? TimeOf(string line)
    {
        if (!line.StartsWith('{')) return null;
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("time").GetDateTimeOffset();
    }

    private void Obey(ReplicaSpec replica)
    {
        if (replica.Workload is not Workload.Command { Arguments: var arguments }) return;
        var verb = arguments is [] ? "" : arguments[0];
        if (verb == "print") foreach (var line in arguments.Skip(1)) WriteLog(replica.Id, line);
        if (verb == "stubborn")
        {
            Machine.MakeStubborn(replica.Id);
            WriteLog(replica.Id, "stubborn");
        }

        if (verb == "exit") Exit(replica.Id, int.Parse(arguments[1]));
    }
}

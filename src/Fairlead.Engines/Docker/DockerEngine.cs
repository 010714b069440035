using System.Collections.Concurrent;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Engines.Docker.Api;
using Fairlead.Engines.Docker.Containers;
using Fairlead.Engines.Docker.Daemons;
using Fairlead.Engines.Docker.Images;
using Fairlead.Engines.Docker.Logs;
using Fairlead.Engines.Docker.Networks;
using Fairlead.Engines.Logs;
using Fairlead.Engines.Secrets;
using Microsoft.Extensions.Logging;

namespace Fairlead.Engines.Docker;

/// <summary>
/// Replicas as containers of a Docker daemon on this machine. All that it knows of them is in their labels, so that any
/// controller of the home finds them.
/// </summary>
public sealed partial class DockerEngine : IEngine, IDisposable
{
    private const int LinesKept = 5000;

    private readonly DockerEngineOptions _options;
    private readonly ILogger<DockerEngine> _logger;
    private readonly Result<DockerHost> _host;
    private readonly DockerClient _client;
    private readonly string _home;
    private readonly SpecCheck _check;
    private readonly SecretFiles _secrets;
    private readonly DeploymentNetworks _networks;
    private readonly ContainerLog _log;
    private readonly FleetReader _fleet;
    private readonly DaemonImages _images;
    private readonly ReplicaStarter _starter;
    private readonly ContainerEnder _ender;
    private readonly ConcurrentDictionary<ReplicaId, SemaphoreSlim> _gates = new();
    private readonly ConcurrentDictionary<ReplicaId, bool> _starting = new();
    private readonly Sight _sight;
    private readonly DaemonAbsence _absence;
    private readonly CancellationTokenSource _disposed = new();

    // Several replicas are started at once: what one has laid for its start is not swept away as another's leavings.
    private readonly SemaphoreSlim _opening = new(1, 1);
    private volatile DaemonFacts? _facts;

    public DockerEngine(DockerEngineOptions options, ILogger<DockerEngine> logger)
    {
        (_options, _logger) = (options, logger);
        _host = DockerHost.Parse(options.Host);
        _client = new DockerClient(_host.IsOk ? _host.Value : new DockerHost(DockerHost.DefaultSocket, null), options.Time);
        _home = ContainerLabels.HomeId(options.Home);
        var secrets = new SecretSource(options.Home, options.LookUpSecret);
        var files = new FileMounts(options.Home);
        _check = new SpecCheck(secrets, files);
        _secrets = new SecretFiles(_home, secrets);
        _networks = new DeploymentNetworks(_client, _home);
        _log = new ContainerLog(_client, options.Time);
        _absence = new DaemonAbsence(options.Time);
        _fleet = new FleetReader(_client, _log, _absence, options.Time, _home);
        _images = new DaemonImages(_client, options.Images);
        _starter = new ReplicaStarter(_client, _images, _networks, _secrets, files, _home);
        _ender = new ContainerEnder(_client, options.Time);
        _sight = new Sight(options.Time);
    }

    public string Name => "docker";

    /// <summary>Limits are as the daemon said when it was last asked; before that they are taken to work.</summary>
    public EngineCapabilities Capabilities => new()
    {
        RunsImages = true,
        Volumes = true,
        SecretsAreFiles = true,
        CpuLimitUnavailable = _facts?.CpuUnavailable,
        MemoryLimitUnavailable = _facts?.MemoryUnavailable,
    };

    public IReadOnlyList<Problem> Check(ReplicaSpec replica) =>
        !_host.IsOk ? _host.Problems : _sight.Problem is { } problem ? [problem, .. _check.Check(replica)] : _check.Check(replica);

    public async Task<EngineSnapshot> ObserveAsync(CancellationToken cancellationToken)
    {
        if (!_host.IsOk) throw new EngineAwayException(_host.Problems[0]);
        if (_sight.Resting is { } lately) throw new EngineAwayException(lately);
        try
        {
            await OpenAsync(cancellationToken);
            var replicas = await _fleet.ReadAsync(_starting.Keys.ToHashSet(), cancellationToken);
            _absence.Seen();
            return _sight.Seen(replicas);
        }
        catch (DockerException e)
        {
            _facts = null;
            _absence.Lost();
            var problem = DockerProblems.Of(e, _client.Host.ToString());
            _sight.Lost(problem);
            throw new EngineAwayException(problem);
        }
    }

    public Task<Result<ReplicaState>> StartAsync(ReplicaSpec replica, CancellationToken cancellationToken) => GuardAsync<ReplicaState>(replica.Id, async () =>
    {
        var facts = await OpenAsync(cancellationToken);
        if (await StateAsync(replica.Id, cancellationToken) is { Phase: ReplicaPhase.Running } running) return running;
        if (_check.Check(replica) is { Count: > 0 } problems) return Result.Fail<ReplicaState>(problems);
        if (facts.Refusal(replica) is { } refusal) return refusal;
        _starting[replica.Id] = true;
        try
        {
            _sight.Expect(replica.Id);
            var started = await _starter.StartAsync(replica, facts, cancellationToken);
            if (!started.TryGet(out var container)) return Result.Fail<ReplicaState>(started.Problems);
            if (await StateAsync(replica.Id, cancellationToken) is not { } state) return DockerProblems.NotStarted("it was removed at once");
            LogStarted(replica.Id, ContainerReader.Short(container), state.Http.ToString());
            foreach (var note in state.Notes) LogNote(replica.Id, note);
            return state;
        }
        finally
        {
            _starting.TryRemove(replica.Id, out _);
        }
    }, cancellationToken);

    public Task<Result<bool>> StopAsync(ReplicaId replica, TimeSpan grace, CancellationToken cancellationToken) => GuardAsync(replica, async () =>
    {
        await OpenAsync(cancellationToken);
        if (await _fleet.FindAsync(replica, cancellationToken) is not { } container || !ContainerReader.Runs(container)) return false;
        var ended = await _ender.EndAsync(container.Id, replica.Value, grace, cancellationToken);
        if (ended.TryGet(out var killed)) LogStopped(replica, killed);
        return ended;
    }, cancellationToken);

    public async Task<bool> RemoveAsync(ReplicaId replica, CancellationToken cancellationToken)
    {
        var removed = await GuardAsync<bool>(replica, async () =>
        {
            await OpenAsync(cancellationToken);
            if (await _fleet.FindAsync(replica, cancellationToken) is { } container && ContainerLabels.Read(container.Labels) is { } labels)
            {
                if (ContainerReader.Runs(container)) return false;
                await KeepLogAsync(container.Id, replica, cancellationToken);
                await DeleteAsync(container.Id, cancellationToken);
                await _networks.ReleaseAsync(labels.Deployment, cancellationToken);
            }

            _sight.Forget(replica);
            return true;
        }, cancellationToken);
        return removed.TryGet(out var gone) && gone;
    }

    public async IAsyncEnumerable<LogLine> ReadLogAsync(ReplicaId replica, LogQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var container = await _fleet.FindAsync(replica, cancellationToken);

        // What a removed one wrote last is kept in the home.
        var lines = container is null
            ? new ReplicaLog(_options.Home.LogOf(replica), replica, _options.Time).ReadAsync(query, static () => true, cancellationToken)
            : _log.ReadAsync(container.Id, replica, query, cancellationToken);
        await foreach (var line in lines) yield return line;
    }

    public void Dispose()
    {
        _disposed.Cancel();
        _client.Dispose();
        _images.Dispose();
    }

    /// <summary>The first call after the daemon came, or came back: what it is, and what a killed controller left.</summary>
    private async Task<DaemonFacts> OpenAsync(CancellationToken cancellationToken)
    {
        if (_facts is { } known) return known;
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return _facts ?? await OpenInTurnAsync(cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<DaemonFacts> OpenInTurnAsync(CancellationToken cancellationToken)
    {
        var agreed = await _client.AgreeAsync(cancellationToken);
        var info = await _client.GetAsync("info", DockerJson.Default.InfoAnswer, cancellationToken);
        var facts = new DaemonFacts(agreed, info, DaemonFirewall.Isolates(_client.Host, info));
        if (_starting.IsEmpty)
        {
            _secrets.Sweep();
            var replicas = await _fleet.ReadAsync(_starting.Keys.ToHashSet(), cancellationToken);
            await _networks.SweepAsync(replicas.Select(r => r.Deployment.Value).ToHashSet(), cancellationToken);
        }

        LogFound(agreed.IsPodman ? "Podman" : "Docker", agreed.Product, _client.Host.ToString(), agreed.Version.ToString());
        return _facts = facts;
    }

    private async Task<ReplicaState?> StateAsync(ReplicaId replica, CancellationToken cancellationToken) =>
        await _fleet.FindAsync(replica, cancellationToken) is { } container && ContainerLabels.Read(container.Labels) is { } labels
            ? await _fleet.StateAsync(container, labels, cancellationToken)
            : null;

    private async Task DeleteAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            await _client.SendAsync(HttpMethod.Delete, $"containers/{container}?v=1", cancellationToken);
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            // Somebody was quicker.
        }
    }

    /// <summary>A container's log goes with it; what it wrote last is worth more than the container.</summary>
    private async Task KeepLogAsync(string container, ReplicaId replica, CancellationToken cancellationToken)
    {
        try
        {
            var lines = await _log.LastLinesAsync(container, LinesKept, cancellationToken);
            Directory.CreateDirectory(_options.Home.Logs);
            await File.WriteAllLinesAsync(_options.Home.LogOf(replica), lines, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DockerException { IsUnreachable: false })
        {
            LogUnkept(replica, e.Message);
        }
    }

    /// <summary>One thing at a time is done to a replica; the daemon's refusals become problems.</summary>
    private async Task<Result<T>> GuardAsync<T>(ReplicaId replica, Func<Task<Result<T>>> act, CancellationToken cancellationToken)
    {
        if (!_host.IsOk) return Result.Fail<T>(_host.Problems);
        var gate = _gates.GetOrAdd(replica, static _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            return await act();
        }
        catch (DockerException e)
        {
            return DockerProblems.Of(e, _client.Host.ToString());
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return DockerProblems.Unreachable(_client.Host.ToString(), e.Message.TrimEnd('.'));
        }
        finally
        {
            gate.Release();
        }
    }
}

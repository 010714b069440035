using Fairlead.Api.Wire;
using Fairlead.Cli.Drilling;
using Fairlead.Core.Results;
using Fairlead.Testing.Time;

namespace Fairlead.Cli.Tests.Drilling;

/// <summary>Two replicas that heal as a controller would: a fault shows after a tenth of a second, and all is well after a second.</summary>
internal sealed class FakeSubject(JumpingTimeProvider time) : IDrillSubject
{
    public static readonly TimeSpan Shows = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan Heals = TimeSpan.FromSeconds(1);

    private TimeSpan _from = TimeSpan.MaxValue;
    private int _gateway = 11;

    public string Name => "penguins";

    public string Engine => "process";

    public int Desired => 2;

    /// <summary>All that was done, in order.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Faults that harm nothing that is seen.</summary>
    public HashSet<string> Harmless { get; } = ["thaw", "fill_disk", "free_disk"];

    /// <summary>Faults that are refused, with why.</summary>
    public Dictionary<string, Problem> Refused { get; } = [];

    public bool Recovers { get; set; } = true;

    public string Started { get; set; } = "up";

    /// <summary>Called with each fault before it is made.</summary>
    public Action<string> OnFault { get; set; } = static _ => { };

    public Task<DeploymentStatus?> StatusAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var since = time.Elapsed - _from;
        var harmed = _from != TimeSpan.MaxValue && since >= Shows && (!Recovers || since < Heals);
        ReplicaStatus[] replicas = [Replica("a", harmed ? "exited" : "ready"), Replica("b", "ready")];
        return Task.FromResult<DeploymentStatus?>(new DeploymentStatus(
            Name, "1", Engine, harmed ? "degraded" : "ready", 3, 2, harmed ? 1 : 2, default, [], null, new TrafficStatus(null, null, null, 0, 0, 0), null, replicas));
    }

    public Task<Result<ControllerInfo>> InfoAsync(CancellationToken cancellationToken) =>
        Task.FromResult<Result<ControllerInfo>>(new ControllerInfo("1", 10, "/home", "api", "gateway", _gateway, Started, default, []));

    public Task<Result<IReadOnlyList<RevisionSummary>>> RevisionsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Result.Ok<IReadOnlyList<RevisionSummary>>([new RevisionSummary(3, "1", "sha256:x", "current", default, null, "{}"), new RevisionSummary(2, "1", null, "superseded", default, null, "{}")]));

    public Task<Result<Done>> FaultAsync(string replica, string fault, CancellationToken cancellationToken)
    {
        Calls.Add($"{fault} {replica}");
        OnFault(fault);
        if (Refused.GetValueOrDefault(fault) is { } problem) return Task.FromResult<Result<Done>>(problem);
        if (!Harmless.Contains(fault)) _from = time.Elapsed;
        return Task.FromResult(Result.Done);
    }

    public Task<Result<DeployAccepted>> DeployAsync(RevisionSummary revision, string? variable, CancellationToken cancellationToken)
    {
        Calls.Add($"deploy {revision.Number} {variable}".TrimEnd());
        _from = time.Elapsed;
        return Task.FromResult<Result<DeployAccepted>>(new DeployAccepted(Name, 3, true));
    }

    public Task<Result<Done>> RestartControllerAsync(CancellationToken cancellationToken)
    {
        Calls.Add("restart controller");
        return Task.FromResult(Result.Done);
    }

    public bool Kill(int pid)
    {
        Calls.Add($"kill process {pid}");
        if (pid == _gateway) _gateway++;
        return true;
    }

    private static ReplicaStatus Replica(string id, string phase) => new(id, 3, phase, null, "127.0.0.1:1", "1", default, 0, null, null, 0, []);
}

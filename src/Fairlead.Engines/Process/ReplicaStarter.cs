using Fairlead.Core.Engines;
using Fairlead.Core.Homes;
using Fairlead.Core.Results;
using Fairlead.Engines.Cgroups;
using Fairlead.Engines.Processes;
using Fairlead.Engines.Secrets;

namespace Fairlead.Engines.Process;

/// <summary>
/// Starts one replica: ports, folder, record, limits, process, record with pid. A step that fails undoes those before it.
/// A crash between any two leaves a record by which the replica is found, or found never to have run.
/// </summary>
internal sealed class ReplicaStarter(ProcessEngineOptions options, SecretSource secrets, SpecCheck check, PortPool ports, Lazy<CgroupLimits> limits)
{
    private const int ModelPorts = 3;

    private FairleadHome Home => options.Home;

    public Result<ReplicaProcess> Start(ReplicaSpec spec)
    {
        var isCommand = spec.Workload is Workload.Command;
        if (ports.Take(isCommand ? 1 : ModelPorts) is not { } taken) return EngineProblems.NoFreePort(ports.Range.First, ports.Range.Last);
        var folder = new ReplicaFolder(Path.Combine(Home.Replicas, spec.Id.Value));
        var replica = new ReplicaProcess(spec.Id, folder, new ReplicaRecord
        {
            Id = spec.Id.Value,
            Command = isCommand,
            StartedAt = options.Time.GetUtcNow(),
            Boot = Adoption.Boot,
            HttpPort = taken[0],
            GrpcPort = isCommand ? null : taken[1],
            MetricsPort = isCommand ? null : taken[2],
            Cgroups = limits.Value.FoldersOf(spec.Id.Value, spec.Resources),
            Notes = limits.Value.Notes(spec.Resources),
        });
        var problems = Run(spec, replica);
        if (problems.Count == 0) return replica;
        Undo(replica);
        return Result.Fail<ReplicaProcess>(problems);
    }

    private IReadOnlyList<Problem> Run(ReplicaSpec spec, ReplicaProcess replica)
    {
        try
        {
            replica.Folder.Delete();
            replica.Folder.Create();
            replica.Folder.Save(replica.Record);
            WorkingFolder.Fill(spec, check.ContentOf(spec), replica.Folder.Work);
            Limit(spec, replica);
            var process = Spawn(spec, replica);
            if (!process.TryGet(out var started)) return process.Problems;
            replica.Process = started;
            replica.Record = replica.Record with { Pid = started.Pid, StartTime = started.StartTime };
            replica.Folder.Save(replica.Record);
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [EngineProblems.Storage(replica.Folder.Root, e)];
        }
    }

    private void Limit(ReplicaSpec spec, ReplicaProcess replica)
    {
        var notes = replica.Record.Notes.ToList();
        var made = limits.Value.Create(spec.Id.Value, spec.Resources, notes);
        replica.Record = replica.Record with { Cgroups = made, Notes = notes };
    }

    private Result<DetachedProcess> Spawn(ReplicaSpec spec, ReplicaProcess replica)
    {
        var values = spec.Secrets.ToDictionary(name => name, secrets.Find);
        if (values.Values.SelectMany(v => v.Problems).ToList() is { Count: > 0 } missing) return Result.Fail<DetachedProcess>(missing);
        var environment = ReplicaEnvironment.Build(spec, replica.Record, replica.Folder, Home, values.ToDictionary(v => v.Key, v => v.Value.Value));
        var command = spec.Workload is Workload.Command { Arguments: var arguments } ? arguments : [options.ServerProgram];
        return DetachedProcess.Start(new SpawnOptions
        {
            Program = command[0],
            Arguments = [.. command.Skip(1)],
            Environment = environment,
            WorkingFolder = replica.Folder.Work,
            Output = Home.LogOf(spec.Id),
            CgroupFiles = [.. replica.Record.Cgroups.Select(CgroupFolder.ProcessFile)],
        });
    }

    /// <summary>The process, when there is one, could not be recorded: it must not run unknown.</summary>
    private void Undo(ReplicaProcess replica)
    {
        replica.Process?.SignalGroup(ProcessSignal.Kill);
        replica.Process?.Signal(ProcessSignal.Kill);
        limits.Value.TryDelete(replica.Record.Cgroups);
        ports.Release(replica.Record.Ports);
        try
        {
            replica.Folder.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is left says that it never ran, and is removed with the next look at the folder.
        }
    }
}

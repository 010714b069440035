using Fairlead.Core.Engines;
using Fairlead.Core.Models;
using Fairlead.Core.Results;
using Fairlead.Engines.Docker.Containers;
using Fairlead.Engines.Secrets;

namespace Fairlead.Engines.Docker;

/// <summary>Every reason why a replica cannot run in a container, all at once, without asking the daemon.</summary>
internal sealed class SpecCheck(SecretSource secrets, FileMounts files)
{
    private static readonly string[] Taken = ["/", "/tmp", "/proc", "/sys", "/dev", "/etc", "/run", ContainerPlan.SecretsFolder];

    public IReadOnlyList<Problem> Check(ReplicaSpec spec)
    {
        if (spec.Workload is Workload.Command) return [DockerProblems.CommandUnsupported()];
        var problems = new List<Problem>();
        problems.AddRange(Reserved(spec).Where(spec.Environment.ContainsKey).Select(EngineProblems.ReservedVariable));
        problems.AddRange(spec.Secrets.Select(secrets.Find).SelectMany(found => found.Problems));
        problems.AddRange(files.CheckFiles(spec));
        problems.AddRange(CheckTargets(spec));
        return problems;
    }

    /// <summary>What the engine sets, or what would move the ports that it knows.</summary>
    private static IEnumerable<string> Reserved(ReplicaSpec spec) => spec.Secrets.Select(ContainerPlan.SecretVariable).Concat(spec.Workload is Workload.Image
        ? ["PORT"]
        : [ServerSettings.ModelFolder, ServerSettings.Http, ServerSettings.Grpc, ServerSettings.Metrics]);

    private static IEnumerable<Problem> CheckTargets(ReplicaSpec spec)
    {
        var targets = spec.Volumes.Select(v => v.Path).Concat(spec.Workload is Workload.Image ? spec.Files.Select(f => f.To) : []).Select(p => p.Length > 1 ? p.TrimEnd('/') : p).ToList();
        return targets.Where(t => Taken.Contains(t) || targets.Count(other => other == t) > 1).Distinct().Select(DockerProblems.TargetTaken);
    }
}

using Fairlead.Core.Engines;
using Fairlead.Core.Homes;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Engines.Processes;
using Fairlead.Engines.Secrets;

namespace Fairlead.Engines.Process;

/// <summary>Every reason why a replica cannot run here, all at once.</summary>
internal sealed class SpecCheck(FairleadHome home, string serverProgram, SecretSource secrets)
{
    public IReadOnlyList<Problem> Check(ReplicaSpec spec)
    {
        if (spec.Workload is Workload.Image) return [EngineProblems.NotACommandOrModel()];
        var problems = new List<Problem>();
        if (spec.Volumes.Count > 0) problems.Add(EngineProblems.VolumesUnsupported());
        if (spec.Resources.Gpu > 0) problems.Add(EngineProblems.GpuUnsupported());
        problems.AddRange(ReplicaEnvironment.Reserved(spec.Workload).Where(spec.Environment.ContainsKey).Select(EngineProblems.ReservedVariable));
        problems.AddRange(spec.Secrets.Select(secrets.Find).SelectMany(found => found.Problems));
        problems.AddRange(CheckContent(spec));
        return problems;
    }

    public string ContentOf(ReplicaSpec spec) => home.ContentOf(DigestOf(spec.Workload));

    private static Digest DigestOf(Workload workload) => workload switch
    {
        Workload.Model model => model.Content,
        Workload.Command command => command.Content,
        _ => throw new ArgumentException("An image has no content folder.", nameof(workload)),
    };

    private IEnumerable<Problem> CheckContent(ReplicaSpec spec)
    {
        foreach (var file in spec.Files.Where(f => WorkingFolder.Inside("/work", f.To) is null)) yield return EngineProblems.FileTargetOutside(file.To);
        var content = ContentOf(spec);
        if (!Directory.Exists(content))
        {
            yield return EngineProblems.ContentMissing(content);
            yield break;
        }

        foreach (var file in spec.Files)
        {
            if (WorkingFolder.Inside(content, file.From) is not { } from || !File.Exists(from)) yield return EngineProblems.FileSourceMissing(file.From);
        }

        foreach (var problem in CheckProgram(spec, content)) yield return problem;
    }

    /// <summary>A relative program may also be one of the files that are laid in.</summary>
    private IReadOnlyList<Problem> CheckProgram(ReplicaSpec spec, string content)
    {
        if (spec.Workload is not Workload.Command command) return ProgramFile.Find(serverProgram, "/", null).Problems;
        if (command.Arguments.Count == 0) return [EngineProblems.NoCommand()];
        var program = command.Arguments[0];
        var laid = spec.Files.Any(f => program.Contains('/') && WorkingFolder.Inside("/work", f.To) == Path.GetFullPath(program, "/work"));
        var searchPath = spec.Environment.GetValueOrDefault("PATH") ?? Environment.GetEnvironmentVariable("PATH");
        return laid ? [] : ProgramFile.Find(program, content, searchPath).Problems;
    }
}

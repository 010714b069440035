using Fairlead.Core.Engines;
using Fairlead.Core.Files;
using Fairlead.Core.Homes;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Engines.Docker.Api;

namespace Fairlead.Engines.Docker.Containers;

/// <summary>The manifest's files and volumes as mounts of folders and files of the home.</summary>
internal sealed class FileMounts(FairleadHome home)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // The replica's user is another than the folder's owner; the folder above keeps everybody else of this machine out.
    private const UnixFileMode All = OwnerOnly
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>A model's files are in its image; an image of others is given them, read-only.</summary>
    public IEnumerable<MountSettings> FilesOf(ReplicaSpec spec) => spec.Workload is Workload.Image { Content: { } content }
        ? spec.Files.Select(f => new MountSettings("bind", Path.Combine(home.ContentOf(content), f.From), f.To, true))
        : [];

    public IEnumerable<Problem> CheckFiles(ReplicaSpec spec)
    {
        if (spec.Workload is not Workload.Image image) yield break;
        foreach (var file in spec.Files)
        {
            if (!file.To.StartsWith('/')) yield return DockerProblems.FileTargetRelative(file.To);
            else if (image.Content is not { } content || ContainedPath.Normalize(file.From) is not { } from || !File.Exists(Path.Combine(home.ContentOf(content), from))) yield return EngineProblems.FileSourceMissing(file.From);
        }
    }

    public string FolderOf(DeploymentName deployment, string volume) => Path.Combine(home.Volumes, deployment.Value, volume);

    /// <exception cref="IOException">A folder could not be made.</exception>
    public IReadOnlyList<MountSettings> Volumes(ReplicaSpec spec)
    {
        if (spec.Volumes.Count > 0) Directory.CreateDirectory(home.Volumes, OwnerOnly);
        foreach (var volume in spec.Volumes)
        {
            var folder = FolderOf(spec.Deployment, volume.Name);
            if (Directory.Exists(folder)) continue;
            Directory.CreateDirectory(folder);
            File.SetUnixFileMode(folder, All);
        }

        return [.. spec.Volumes.Select(v => new MountSettings("bind", FolderOf(spec.Deployment, v.Name), v.Path, false))];
    }
}

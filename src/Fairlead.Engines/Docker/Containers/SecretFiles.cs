using System.Text;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Engines.Docker.Api;
using Fairlead.Engines.Processes;
using Fairlead.Engines.Secrets;

namespace Fairlead.Engines.Docker.Containers;

/// <summary>
/// Secrets as files that a container mounts. They lie in memory, in a folder that only this user enters, and only until the
/// container has started: the mount keeps a file that has no name any more, so that afterwards the replica alone can read it.
/// </summary>
internal sealed class SecretFiles(string home, SecretSource source)
{
    private const string Memory = "/dev/shm";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // The replica's user is another than the file's owner; the folder keeps everybody else out.
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _root = Path.Combine(Memory, $"fairlead-{Libc.geteuid()}-{home}");

    public Result<IReadOnlyList<MountSettings>> Lay(ReplicaId replica, IReadOnlyList<string> names)
    {
        if (names.Count == 0) return Result.Ok<IReadOnlyList<MountSettings>>([]);
        var values = names.Select(n => (Name: n, Found: source.Find(n))).ToList();
        if (values.SelectMany(v => v.Found.Problems).ToList() is { Count: > 0 } missing) return Result.Fail<IReadOnlyList<MountSettings>>(missing);
        var folder = FolderOf(replica);
        try
        {
            // The parent first, so that no moment lets others in.
            Directory.CreateDirectory(_root, OwnerOnly);
            Directory.CreateDirectory(folder, OwnerOnly);
            foreach (var (name, found) in values) Write(Path.Combine(folder, name), found.Value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(replica);
            return DockerProblems.SecretsNotLaid(Memory, e.Message);
        }

        return Result.Ok<IReadOnlyList<MountSettings>>([.. names.Select(n => new MountSettings("bind", Path.Combine(folder, n), $"{ContainerPlan.SecretsFolder}/{n}", true))]);
    }

    public void Remove(ReplicaId replica)
    {
        var folder = FolderOf(replica);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>What a controller left that was killed while it started a replica.</summary>
    public void Sweep()
    {
        if (Directory.Exists(_root)) Directory.Delete(_root, recursive: true);
    }

    private string FolderOf(ReplicaId replica) => Path.Combine(_root, replica.Value);

    private static void Write(string path, string value)
    {
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(value));
        File.SetUnixFileMode(path, Readable);
    }
}

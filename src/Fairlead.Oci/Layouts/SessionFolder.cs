using System.Text;
using Fairlead.Core.Identity;

namespace Fairlead.Oci.Layouts;

/// <summary>
/// What one session has on disk: its lock, which says that it lives; the digests it needs, a line each; its unfinished
/// blobs. Created, looked at by others and removed under the store's lock only.
/// </summary>
internal sealed class SessionFolder : IDisposable
{
    private const string LockName = "lock";
    private const string LeasesName = "leases";
    private readonly string _path;
    private readonly IDisposable _alive;
    private readonly FileStream _leases;
    private readonly HashSet<Digest> _leased = [];
    private int _files;

    private SessionFolder(string path)
    {
        _path = path;
        _alive = FileLock.TryTake(Path.Combine(path, LockName)) ?? throw new IOException($"{path} is taken.");
        // Written through to the kernel at once, so that it outlives nothing but the process.
        _leases = new FileStream(Path.Combine(path, LeasesName), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
    }

    public static SessionFolder Create(LayoutFolder layout) => new(Directory.CreateDirectory(Path.Combine(layout.Sessions, Guid.NewGuid().ToString("n"))).FullName);

    /// <summary>Removes the folders of processes that are gone.</summary>
    public static void RemoveDead(LayoutFolder layout)
    {
        foreach (var folder in Directory.GetDirectories(layout.Sessions))
        {
            using var taken = FileLock.TryTake(Path.Combine(folder, LockName));
            if (taken is not null) Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The digests that living sessions need.</summary>
    public static IEnumerable<Digest> LivingLeases(LayoutFolder layout)
    {
        foreach (var folder in Directory.GetDirectories(layout.Sessions))
        {
            var leases = Path.Combine(folder, LeasesName);
            if (!File.Exists(leases)) continue;
            using var stream = new FileStream(leases, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream);
            while (reader.ReadLine() is { } line)
            {
                if (Digest.TryParse(line, out var digest)) yield return digest;
            }
        }
    }

    /// <summary>Only under the store's lock.</summary>
    public void Lease(IEnumerable<Digest> digests)
    {
        foreach (var digest in digests.Where(_leased.Add)) _leases.Write(Encoding.ASCII.GetBytes($"{digest}\n"));
    }

    public string NewFile() => Path.Combine(_path, $"blob-{Interlocked.Increment(ref _files)}");

    /// <summary>Under the store's lock, so that nobody looks at it meanwhile.</summary>
    public void Remove() => Directory.Delete(_path, recursive: true);

    public void Dispose()
    {
        _leases.Dispose();
        _alive.Dispose();
    }
}

using System.Globalization;
using System.Text;
using Fairlead.Core.Homes;
using Fairlead.Core.Units;

namespace Fairlead.Cli.Doctor;

/// <summary>Whether the home can hold what Fairlead keeps.</summary>
internal static class HomeChecks
{
    /// <summary>The kernel's bound for a unix socket's path (sun_path), without the closing NUL.</summary>
    private const int LongestSocketPath = 107;
    private const long LittleSpace = 1L << 30;
    private const long NoSpace = 100L << 20;

    public static IEnumerable<Check> Run(FairleadHome home)
    {
        yield return Writable(home);
        yield return Private(home);
        yield return Space(home);
        yield return SocketPath(home);
        yield return State(home);
    }

    private static Check Writable(FairleadHome home)
    {
        try
        {
            // A home that is not there yet is judged by the folder that it will be made in.
            var folder = NearestFolder(home.Root);
            var probe = Path.Combine(folder, $".fairlead-probe-{Guid.NewGuid():N}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return Check.Ok("home", Directory.Exists(home.Root) ? $"{home.Root} is writable" : $"{home.Root} will be made in {folder}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Check.Fail("home", $"{home.Root} cannot be written: {e.Message}", $"Give this user the right to write it, or set {FairleadHome.Variable} to another folder.");
        }
    }

    private static Check Private(FairleadHome home)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (Directory.Exists(home.Run) && (File.GetUnixFileMode(home.Run) & Others) != 0) return Check.Fail("access", $"others may read {home.Run}", $"chmod 700 {home.Run}");
        if (File.Exists(home.TokenFile) && (File.GetUnixFileMode(home.TokenFile) & Others) != 0) return Check.Fail("access", $"others may read {home.TokenFile}", $"chmod 600 {home.TokenFile}, and restart the controller with a new token.");
        return Check.Ok("access", "nobody else may read the token and the sockets");
    }

    private static Check Space(FairleadHome home)
    {
        var free = new DriveInfo(NearestFolder(home.Root)).AvailableFreeSpace;
        var text = string.Create(CultureInfo.InvariantCulture, $"{free / (double)LittleSpace:0.0} GiB free");
        return free switch
        {
            < NoSpace => Check.Fail("disk", text, "Free some space: state and models cannot be written safely."),
            < LittleSpace => Check.Warn("disk", text, $"Free some space; models are copied into {home.Content}."),
            _ => Check.Ok("disk", text),
        };
    }

    private static Check SocketPath(FairleadHome home)
    {
        // Process ids have up to seven digits (proc(5), pid_max).
        var socket = home.GatewaySocketOf(4194304);
        var length = Encoding.UTF8.GetByteCount(socket);
        return length <= LongestSocketPath
            ? Check.Ok("socket path", $"{length} of {LongestSocketPath} bytes")
            : Check.Fail("socket path", $"{socket} has {length} bytes; the kernel takes {LongestSocketPath}", $"Set {FairleadHome.Variable} to a folder with a shorter path.");
    }

    private static Check State(FairleadHome home)
    {
        if (!File.Exists(home.StateFile)) return Check.Ok("state", "none yet");
        try
        {
            using var stream = new FileStream(home.StateFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var head = new byte[16];
            var read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            return read == 0 || head.AsSpan().SequenceEqual("SQLite format 3\0"u8)
                ? Check.Ok("state", $"{home.StateFile}, {new ByteSize(stream.Length)}")
                : Check.Fail("state", $"{home.StateFile} is no SQLite file", $"Restore a copy of it, or move it away to begin with no deployments.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Check.Fail("state", $"{home.StateFile} cannot be read: {e.Message}", "Give this user the right to read and write it.");
        }
    }

    private static string NearestFolder(string path)
    {
        var folder = path;
        while (!Directory.Exists(folder)) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}

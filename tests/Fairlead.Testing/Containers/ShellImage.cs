using System.Formats.Tar;
using System.Text;
using Fairlead.Testing.Programs;

namespace Fairlead.Testing.Containers;

/// <summary>An image with a shell and nothing else, made here from Debian's static busybox: it runs what its variable PROGRAM says, as user 65532.</summary>
public static class ShellImage
{
    public const string Name = "fairlead-test-shell:1";

    /// <summary>The same files; its configuration names no user, so that it runs as root.</summary>
    public const string RootName = "fairlead-test-shell-root:1";

    /// <summary>The same files; its user is the name of number 0.</summary>
    public const string NamedRootName = "fairlead-test-shell-admin:1";

    private const string Busybox = "/bin/busybox";
    private static readonly SemaphoreSlim Making = new(1, 1);
    private static bool _made;

    public static string? Missing => File.Exists(Busybox) ? null : "'busybox' is not installed: apt-get install busybox-static";

    public static async Task MakeAsync()
    {
        await Making.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_made) return;
            await MakeAsync([], (Name, "65532:65532"), (RootName, ""), (NamedRootName, "admin")).ConfigureAwait(false);
            _made = true;
        }
        finally
        {
            Making.Release();
        }
    }

    /// <summary>The image of <see cref="Name"/> on another daemon.</summary>
    public static Task MakeOnAsync(string host) => MakeAsync(["--host", host], (Name, "65532:65532"));

    private static async Task MakeAsync(string[] daemon, params (string Name, string User)[] images)
    {
        var archive = Path.GetTempFileName();
        await WriteAsync(archive).ConfigureAwait(false);
        foreach (var (name, user) in images)
        {
            string[] changes = ["-c", """ENTRYPOINT ["/bin/sh","-c","eval \"$PROGRAM\""]""", "-c", "ENV PATH=/bin", .. user.Length > 0 ? new[] { "-c", $"USER {user}" } : []];
            var made = await Tool.RunAsync("docker", [.. daemon, "import", .. changes, archive, name]).ConfigureAwait(false);
            if (made.ExitCode != 0) throw new InvalidOperationException($"The image {name} could not be made: {made}");
        }

        File.Delete(archive);
    }

    private static async Task WriteAsync(string path)
    {
        await using var file = File.Create(path);
        await using var tar = new TarWriter(file, TarEntryFormat.Ustar);
        const UnixFileMode executable = (UnixFileMode)0b111_101_101;
        await AddAsync(tar, "bin/busybox", executable, await File.ReadAllBytesAsync(Busybox).ConfigureAwait(false)).ConfigureAwait(false);
        foreach (var applet in new[] { "sh", "cat", "sleep", "id", "nc", "timeout", "echo", "touch", "ls" })
        {
            await tar.WriteEntryAsync(new UstarTarEntry(TarEntryType.SymbolicLink, $"bin/{applet}") { LinkName = "/bin/busybox" }).ConfigureAwait(false);
        }

        // A program that gives root to who starts it, and a root without a password: what no-new-privileges must stop.
        await AddAsync(tar, "bin/busybox-setuid", executable | UnixFileMode.SetUser, await File.ReadAllBytesAsync(Busybox).ConfigureAwait(false)).ConfigureAwait(false);
        await AddAsync(tar, "etc/passwd", (UnixFileMode)0b110_100_100, "root::0:0:root:/:/bin/sh\nadmin::0:0::/:/bin/sh\nuser:x:65532:65532::/:/bin/sh\n"u8.ToArray()).ConfigureAwait(false);
        await AddAsync(tar, "etc/group", (UnixFileMode)0b110_100_100, "root:x:0:\nuser:x:65532:\n"u8.ToArray()).ConfigureAwait(false);
    }

    private static Task AddAsync(TarWriter tar, string name, UnixFileMode mode, byte[] content) =>
        tar.WriteEntryAsync(new UstarTarEntry(TarEntryType.RegularFile, name) { Mode = mode, DataStream = new MemoryStream(content) });
}

using System.Diagnostics;

namespace Fairlead.EndToEnd.Tests;

/// <summary>A small file system of its own, so that a full or read-only disk is a real one, for root too.</summary>
internal sealed class Mount : IDisposable
{
    private Mount(string options)
    {
        Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", Path);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("fl-mount-").FullName;

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    public static Mount ReadOnly() => new("ro");

    public static Mount OfSize(string size) => new($"size={size}");

    /// <summary>Takes every free block.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var block in new[] { 65536, 512, 1 })
        {
            try
            {
                while (true) file.Write(new byte[block]);
            }
            catch (IOException)
            {
                // Full for blocks of this size; the smaller ones take the rest.
            }
        }
    }

    public void Free() => File.Delete(Ballast);

    public void Dispose()
    {
        Run("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}");
    }
}

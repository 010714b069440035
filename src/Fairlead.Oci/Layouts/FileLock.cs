namespace Fairlead.Oci.Layouts;

/// <summary>A lock between processes and between tasks, by flock(2): the kernel lets go of it when its process dies.</summary>
internal static class FileLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    // What is done under a lock takes milliseconds: who waits this long waits for a process that has been stopped.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // EWOULDBLOCK from flock(2); every other failure is a fault of the folder.
    private const int WouldBlock = 11;

    /// <exception cref="StoreBusyException">Another holds it for too long.</exception>
    public static async Task<IDisposable> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            if (TryTake(path) is { } taken) return taken;
            if (time.GetElapsedTime(began) > Patience) throw new StoreBusyException(path);
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <returns>Null when another has it.</returns>
    public static IDisposable? TryTake(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when ((e.HResult & 0xFFFF) == WouldBlock)
        {
            return null;
        }
    }
}

/// <summary>A process that holds the lock does not go on.</summary>
internal sealed class StoreBusyException(string path) : IOException($"{path} is held by another process.")
{
    public string LockFile { get; } = path;
}

namespace Fairlead.Engines.Disks;

/// <summary>A file that takes every free block of a small file system.</summary>
internal static class Ballast
{
    private const string Name = ".fairlead-ballast";

    // Nothing larger belongs to one replica: what has more room is the machine's own disk.
    private const long Most = 256L << 20;

    /// <returns>Null when the file system is full, else why not.</returns>
    public static string? Fill(string folder)
    {
        var path = Path.Combine(folder, Name);
        try
        {
            File.Delete(path);

            // Made anew, so that a link that a program in there has laid is not followed.
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            foreach (var size in (ReadOnlySpan<int>)[1 << 20, 1 << 12, 1])
            {
                if (!Take(file, new byte[size])) return $"{folder} has more than {Most >> 20} MiB of room";
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message.TrimEnd('.');
        }
    }

    /// <summary>Best effort: it goes with its file system in the end.</summary>
    public static void Remove(string folder)
    {
        try
        {
            File.Delete(Path.Combine(folder, Name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The replica has gone, and its file system with it.
        }
    }

    /// <returns>False when it would take too much.</returns>
    private static bool Take(FileStream file, byte[] block)
    {
        try
        {
            while (file.Length < Most) file.Write(block);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}

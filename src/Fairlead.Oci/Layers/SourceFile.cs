namespace Fairlead.Oci.Layers;

/// <summary>Opens files that go into a layer, and tells their faults apart from those of the store that is written.</summary>
internal static class SourceFile
{
    /// <exception cref="SourceException">The file cannot be opened.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.SequentialScan });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceException(e.Message, e);
        }
    }
}

/// <summary>A fault of a file that is packed. Not an <see cref="IOException"/>: those are the store's here.</summary>
internal sealed class SourceException(string message, Exception cause) : Exception(message, cause);

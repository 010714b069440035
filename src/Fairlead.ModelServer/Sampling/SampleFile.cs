namespace Fairlead.ModelServer.Sampling;

/// <summary>
/// The file that lines are appended to, readable by its owner alone. One that would grow above the limit is put aside as
/// <c>.1</c>, in the place of the one before: the disk holds twice the limit at most.
/// </summary>
internal sealed class SampleFile(string path, long limit) : IDisposable
{
    private FileStream? _stream;

    /// <exception cref="IOException">The disk is full, the folder is missing, …; the next line tries anew.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Append(ReadOnlySpan<byte> line)
    {
        var stream = _stream ??= Open();
        if (stream.CanSeek && stream.Length > 0 && stream.Length + line.Length > limit) stream = _stream = Rotate(stream);
        var before = stream.CanSeek ? stream.Length : 0;
        try
        {
            stream.Write(line);
        }
        catch (IOException)
        {
            Forget(before);
            throw;
        }
    }

    public void Dispose() => _stream?.Dispose();

    // No buffer of its own: a line is there when Append returns, or an error says that it is not.
    private FileStream Open() => new(path, new FileStreamOptions
    {
        Mode = FileMode.Append,
        Access = FileAccess.Write,
        Share = FileShare.ReadWrite | FileShare.Delete,
        BufferSize = 0,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    private FileStream Rotate(FileStream full)
    {
        _stream = null;
        full.Dispose();
        File.Move(path, path + ".1", overwrite: true);
        return Open();
    }

    /// <summary>Takes away what was written of a line that did not fit, so that every line is whole.</summary>
    private void Forget(long length)
    {
        var stream = _stream!;
        _stream = null;
        using (stream)
        {
            if (stream.CanSeek && stream.Length > length) stream.SetLength(length);
        }
    }
}

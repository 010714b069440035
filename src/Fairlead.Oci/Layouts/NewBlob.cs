using Fairlead.Core.Identity;

namespace Fairlead.Oci.Layouts;

/// <summary>A blob on its way into the store: it appears under its digest whole and on disk, or not at all.</summary>
internal sealed class NewBlob : IAsyncDisposable
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private readonly StoreSession _session;
    private readonly LayoutFolder _layout;
    private readonly string _path;

    public NewBlob(StoreSession session, LayoutFolder layout, string path)
    {
        (_session, _layout, _path) = (session, layout, path);
        Stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous });
    }

    public FileStream Stream { get; }

    /// <param name="digest">Of what was written, as the caller has computed it.</param>
    /// <returns>Whether it was there already.</returns>
    public async Task<bool> PublishAsync(Digest digest, CancellationToken cancellationToken)
    {
        await Stream.FlushAsync(cancellationToken);
        var size = Stream.Length;
        if (await _session.HoldAsync(digest, size, cancellationToken)) return true;
        Stream.Flush(flushToDisk: true);
        File.SetUnixFileMode(Stream.SafeFileHandle, ReadOnly);
        // Also over one of another length, which no writer of ours leaves: it is damaged.
        File.Move(_path, _layout.BlobOf(digest), overwrite: true);
        Posix.FlushFolder(_layout.Blobs);
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        File.Delete(_path);
    }
}

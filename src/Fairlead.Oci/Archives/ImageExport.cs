using System.Text;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;
using Fairlead.Oci.Layouts;

namespace Fairlead.Oci.Archives;

/// <summary>Writes an image as one tar, as a stream: into a file, or straight to an engine.</summary>
public static class ImageExport
{
    private const int Block = 512;

    // What containerd and Docker's containerd store name the image by.
    private const string ContainerdName = "io.containerd.image.name";

    /// <param name="session">Keeps the blobs while they are written.</param>
    /// <param name="output">Written from start to end, never read or sought.</param>
    /// <returns>The bytes written.</returns>
    public static async Task<Result<long>> WriteAsync(StoreSession session, LoadedImage image, ArchiveFormat format, Stream output, CancellationToken cancellationToken)
    {
        var written = 0L;
        foreach (var (path, content) in Documents(image, format)) written += await WriteAsync(output, path, content, cancellationToken);
        foreach (var blob in image.Manifest.Blobs.Append(image.Stored.Manifest).DistinctBy(b => b.Digest))
        {
            var opened = session.Store.OpenBlob(blob);
            if (!opened.TryGet(out var stream)) return Result.Fail<long>(opened.Problems);
            await using (stream) written += await WriteAsync(output, PathOf(blob), stream, blob.Size, cancellationToken);
        }

        await output.WriteAsync(new byte[2 * Block], cancellationToken);
        return written + (2 * Block);
    }

    private static IEnumerable<(string Path, byte[] Content)> Documents(LoadedImage image, ArchiveFormat format)
    {
        var name = image.Stored.Name;
        var named = image.Stored.Manifest with { Annotations = new Dictionary<string, string> { [AnnotationKeys.RefName] = name.ToString() } };
        if (format == ArchiveFormat.Docker) named = named.With(ContainerdName, $"docker.io/{(name.Name.Contains('/') ? "" : "library/")}{name}");
        yield return ("oci-layout", IndexFile.LayoutVersion);
        yield return ("index.json", OciJson.Write(new ImageIndex { Manifests = [named] }));
        if (format == ArchiveFormat.Docker)
        {
            yield return (DockerManifest.FileName, DockerManifest.Write(new DockerManifest(PathOf(image.Manifest.Config), [name.ToString()], [.. image.Manifest.Layers.Select(PathOf)])));
        }
    }

    private static string PathOf(Descriptor blob) => $"blobs/sha256/{blob.Digest.Hex}";

    private static async Task<long> WriteAsync(Stream output, string path, byte[] content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content, writable: false);
        return await WriteAsync(output, path, stream, content.Length, cancellationToken);
    }

    private static async Task<long> WriteAsync(Stream output, string path, Stream content, long size, CancellationToken cancellationToken)
    {
        var header = TarHeader.Write(new TarItem(Encoding.UTF8.GetBytes(path), TarHeader.FileType, 0b110_100_100, size, Timestamp: 0, []));
        await output.WriteAsync(header, cancellationToken);
        await content.CopyToAsync(output, cancellationToken);
        await output.WriteAsync(new byte[TarHeader.PaddingOf(size)], cancellationToken);
        return header.Length + size + TarHeader.PaddingOf(size);
    }
}

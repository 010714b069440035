using Fairlead.Core.Results;
using Fairlead.Oci.Images;

namespace Fairlead.Oci.Layouts;

/// <summary>The layout's index: replaced as a whole, so that readers need no lock and a killed writer leaves the old one.</summary>
internal sealed class IndexFile(LayoutFolder folder)
{
    public static readonly byte[] LayoutVersion = """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray();

    /// <summary>An index without images when there is no store yet.</summary>
    public Result<ImageIndex> Read()
    {
        try
        {
            return OciJson.ReadIndex(File.ReadAllBytes(folder.IndexFile), $"The index {folder.IndexFile}");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ImageIndex.Nothing;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return OciProblems.StoreUnreadable(folder.IndexFile, e.Message);
        }
    }

    /// <summary>Only under the store's lock.</summary>
    public void Write(ImageIndex index)
    {
        var sorted = index with { Manifests = [.. index.Manifests.OrderBy(m => m.Annotation(AnnotationKeys.RefName), StringComparer.Ordinal).ThenBy(m => m.Digest.Value, StringComparer.Ordinal)] };
        using (var next = new FileStream(folder.NextIndex, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            next.Write(OciJson.Write(sorted));
            next.Flush(flushToDisk: true);
        }

        File.Move(folder.NextIndex, folder.IndexFile, overwrite: true);
        Posix.FlushFolder(folder.Root);
    }

    /// <summary>Only under the store's lock.</summary>
    public void Create()
    {
        if (!File.Exists(folder.LayoutFile)) File.WriteAllBytes(folder.LayoutFile, LayoutVersion);
        if (!File.Exists(folder.IndexFile)) Write(ImageIndex.Nothing);
    }
}

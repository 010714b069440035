using Fairlead.Core.Identity;

namespace Fairlead.Oci.Layouts;

/// <summary>The paths of an image layout (OCI image spec, image-layout.md) and, under <c>.fairlead</c>, what its writers need.</summary>
internal sealed record LayoutFolder(string Root)
{
    public string LayoutFile => Path.Combine(Root, "oci-layout");

    public string IndexFile => Path.Combine(Root, "index.json");

    public string Blobs => Path.Combine(Root, "blobs", "sha256");

    public string Lock => Path.Combine(Work, "lock");

    /// <summary>The next index, until it replaces the present one; written under the lock only.</summary>
    public string NextIndex => Path.Combine(Work, "index.json");

    /// <summary>A folder per session: what a dead process left is all in one place.</summary>
    public string Sessions => Path.Combine(Work, "sessions");

    private string Work => Path.Combine(Root, ".fairlead");

    public string BlobOf(Digest digest) => Path.Combine(Blobs, digest.Hex);

    public bool Has(Digest digest, long size) => new FileInfo(BlobOf(digest)) is { Exists: true } blob && blob.Length == size;

    /// <summary>Every blob there is.</summary>
    public IEnumerable<Digest> AllBlobs()
    {
        if (!Directory.Exists(Blobs)) yield break;
        foreach (var file in Directory.EnumerateFiles(Blobs))
        {
            if (Digest.TryParse($"sha256:{Path.GetFileName(file)}", out var digest)) yield return digest;
        }
    }
}

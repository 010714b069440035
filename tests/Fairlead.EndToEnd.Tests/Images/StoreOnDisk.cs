using System.Security.Cryptography;
using System.Text.Json;

namespace Fairlead.EndToEnd.Tests.Images;

/// <summary>The image store of a home as it lies there, read by nobody's code but this.</summary>
internal sealed class StoreOnDisk(string home)
{
    private string Blobs => Path.Combine(home, "images", "blobs", "sha256");

    private string SessionFolders => Path.Combine(home, "images", ".fairlead", "sessions");

    public int BlobCount => Directory.Exists(Blobs) ? Directory.GetFiles(Blobs).Length : 0;

    public int SessionCount => Directory.Exists(SessionFolders) ? Directory.GetDirectories(SessionFolders).Length : 0;

    /// <summary>Bytes of blobs that are on their way.</summary>
    public long Unfinished => Directory.Exists(SessionFolders) ? Directory.EnumerateFiles(SessionFolders, "blob-*", SearchOption.AllDirectories).Sum(SizeOf) : 0;

    public IReadOnlyList<string> Names => [.. Manifests().Select(m => m.TryGetProperty("annotations", out var a) && a.TryGetProperty("org.opencontainers.image.ref.name", out var name) ? name.GetString()! : "").Where(n => n.Length > 0).Order(StringComparer.Ordinal)];

    /// <summary>Every blob is what its name says, and the index names nothing that is missing.</summary>
    public void ShouldVerify()
    {
        if (!Directory.Exists(Blobs)) return;
        foreach (var file in Directory.GetFiles(Blobs))
        {
            using var stream = File.OpenRead(file);
            Convert.ToHexStringLower(SHA256.HashData(stream)).ShouldBe(Path.GetFileName(file));
        }

        foreach (var manifest in Manifests().Select(m => m.GetProperty("digest").GetString()!))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(FileOf(manifest)));
            var needed = document.RootElement.GetProperty("layers").EnumerateArray().Append(document.RootElement.GetProperty("config"));
            needed.ShouldAllBe(b => File.Exists(FileOf(b.GetProperty("digest").GetString()!)));
        }
    }

    /// <summary>These images, and nothing that a killed command left.</summary>
    public void ShouldHoldOnly(params string[] images)
    {
        Names.ShouldBe(images);
        SessionCount.ShouldBe(0);
        Unfinished.ShouldBe(0);
    }

    private List<JsonElement> Manifests()
    {
        var index = Path.Combine(home, "images", "index.json");
        return File.Exists(index) ? [.. JsonElement.Parse(File.ReadAllBytes(index)).GetProperty("manifests").EnumerateArray()] : [];
    }

    private string FileOf(string digest) => Path.Combine(Blobs, digest["sha256:".Length..]);

    private static long SizeOf(string file)
    {
        var info = new FileInfo(file);
        return info.Exists ? info.Length : 0;
    }
}

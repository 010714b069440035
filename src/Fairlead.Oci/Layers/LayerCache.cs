using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Core.Identity;

namespace Fairlead.Oci.Layers;

/// <summary>
/// Remembers which layer came out of which inputs, a small file a key. Only an aid: a record that is missing, cut short or
/// cannot be written costs the time to make the layer again.
/// </summary>
internal sealed class LayerCache(string folder)
{
    public CachedLayer? Find(Digest key)
    {
        try
        {
            var cached = JsonSerializer.Deserialize(File.ReadAllBytes(FileOf(key)), LayerCacheJson.Default.CachedLayer);
            return cached is not null && Digest.TryParse(cached.Digest, out _) && Digest.TryParse(cached.DiffId, out _) ? cached : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public bool Knows(Digest key) => File.Exists(FileOf(key));

    public void Remember(Digest key, CachedLayer layer)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(FileOf(key), JsonSerializer.SerializeToUtf8Bytes(layer, LayerCacheJson.Default.CachedLayer));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next build makes the layer again.
        }
    }

    /// <summary>Forgets layers that are not kept.</summary>
    public void Prune(Func<Digest, bool> kept)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var file in Directory.GetFiles(folder))
        {
            var known = Digest.TryParse($"sha256:{Path.GetFileName(file)}", out var key) ? Find(key) : null;
            if (known is null || !kept(Digest.Parse(known.Digest))) File.Delete(file);
        }
    }

    private string FileOf(Digest key) => Path.Combine(folder, key.Hex);
}

/// <param name="Size">Of the compressed layer, in bytes.</param>
internal sealed record CachedLayer(string Digest, long Size, string DiffId, long UnpackedSize);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CachedLayer))]
internal sealed partial class LayerCacheJson : JsonSerializerContext;

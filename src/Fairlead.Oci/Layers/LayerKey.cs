using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Core.Identity;

namespace Fairlead.Oci.Layers;

/// <summary>Names a layer by what it would be made of, without making it.</summary>
internal static class LayerKey
{
    // Compressed bytes depend on the compressor, which comes with the runtime: a cached layer must be what a new one would be.
    private static readonly string Maker = $"1 {Environment.Version} {RuntimeInformation.ProcessArchitecture}";

    /// <summary>By the stamps of its files: the same key means the same layer, and nothing was read.</summary>
    public static Digest ByStamps(IReadOnlyList<LayerEntry> ordered, DateTimeOffset timestamp, IReadOnlyDictionary<string, FileStamp> stamps) =>
        Of("stamps", ordered, timestamp, file => stamps[file.Source].ToString());

    /// <summary>By the sizes of its files: a key that was never seen means a layer that was never made.</summary>
    public static Digest ByShape(IReadOnlyList<LayerEntry> ordered, DateTimeOffset timestamp, IReadOnlyDictionary<string, FileStamp> stamps) =>
        Of("shape", ordered, timestamp, file => $"{stamps[file.Source].Size}");

    /// <summary>By its tar.</summary>
    public static Digest ByDiffId(Digest diffId) => Digest.Of(Encoding.UTF8.GetBytes($"{Maker} diff {diffId}"));

    private static Digest Of(string kind, IReadOnlyList<LayerEntry> ordered, DateTimeOffset timestamp, Func<LayerEntry.File, string> describe)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, $"{Maker} {kind} {timestamp.ToUnixTimeSeconds()}");
        foreach (var entry in ordered)
        {
            Append(hash, entry.Path);
            Append(hash, Describe(entry, describe));
        }

        return Digest.FromHash(hash.GetHashAndReset());
    }

    private static string Describe(LayerEntry entry, Func<LayerEntry.File, string> describe) => entry switch
    {
        LayerEntry.Folder folder => $"folder {(int)folder.Mode}",
        LayerEntry.Link link => $"link {link.Target}",
        LayerEntry.Content content => $"content {content.Executable} {Digest.Of(content.Bytes.Span)}",
        LayerEntry.File file => $"file {file.Executable} {describe(file)}",
        _ => throw new ArgumentOutOfRangeException(nameof(entry)),
    };

    // NUL ends each part: no path or target can hold it, so two lists never give the same text.
    private static void Append(IncrementalHash hash, string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\0"));
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Core.Identity;

namespace Fairlead.Packaging.Content;

/// <summary>
/// The digest of a folder: over one line per file, in ordinal order, of path, kind (<c>x</c> executable, <c>-</c> not,
/// <c>l</c> link), length and SHA-256. Times, owners and the order of the file system leave no trace in it.
/// </summary>
internal sealed class ContentIndex
{
    private readonly SortedDictionary<string, string> _lines = new(StringComparer.Ordinal);

    public long Bytes { get; private set; }

    public int Files => _lines.Count;

    public void Add(ContentEntry entry, long length, ReadOnlySpan<byte> hash)
    {
        var kind = entry switch
        {
            ContentEntry.Link => 'l',
            ContentEntry.Copied { Executable: true } => 'x',
            _ => '-',
        };

        // A zero cannot be in a path, so no two folders have the same lines.
        _lines.Add(entry.Path, string.Create(CultureInfo.InvariantCulture, $"{entry.Path}\0{kind}\0{length}\0{Convert.ToHexStringLower(hash)}\n"));
        Bytes += length;
    }

    public Digest ToDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in _lines.Values) hash.AppendData(Encoding.UTF8.GetBytes(line));
        return Digest.FromHash(hash.GetHashAndReset());
    }
}

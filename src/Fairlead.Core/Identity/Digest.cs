using System.Buffers;
using System.Security.Cryptography;

namespace Fairlead.Core.Identity;

/// <summary>A content digest, <c>sha256:</c> and 64 lower-case hexadecimal digits (OCI image spec, descriptor.md#digests).</summary>
public sealed record Digest
{
    private const string Prefix = "sha256:";
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private Digest(string value) => Value = value;

    public string Value { get; }

    public string Hex => Value[Prefix.Length..];

    /// <summary>The first 12 hexadecimal digits, for people.</summary>
    public string Short => Hex[..12];

    public static bool TryParse(string? text, out Digest digest)
    {
        var valid = text is not null && text.Length == Prefix.Length + 64 && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.AsSpan(Prefix.Length).IndexOfAnyExcept(HexDigits) < 0;
        digest = valid ? new Digest(text!) : null!;
        return valid;
    }

    /// <exception cref="FormatException">The text is no sha256 digest.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest) ? digest : throw new FormatException($"'{text}' is no sha256 digest.");

    public static Digest Of(ReadOnlySpan<byte> content) => FromHash(SHA256.HashData(content));

    /// <param name="hash">The 32 bytes of a SHA-256 hash.</param>
    public static Digest FromHash(ReadOnlySpan<byte> hash) => Parse(Prefix + Convert.ToHexStringLower(hash));

    public override string ToString() => Value;
}

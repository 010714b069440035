using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Fairlead.Packaging.Secrets;

/// <summary>
/// The kinds of secrets that are looked for. Each has a form of its own, so that weights and ordinary text are not taken
/// for one. <c>password=</c> has none: nearly every finding would be an example, a variable's name or a placeholder.
/// </summary>
internal static class SecretRules
{
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Digits = "0123456789";
    private const string Alphanumeric = Upper + "abcdefghijklmnopqrstuvwxyz" + Digits;
    private const string Base64 = Alphanumeric + "+/=";
    private const string Url = Alphanumeric + "_-";
    private const int KeyBody = 40;
    private const int MaxHeaders = 8;

    private static readonly SearchValues<char> Base64Letters = SearchValues.Create(Alphanumeric + "+/=");
    private static readonly SearchValues<char> UrlLetters = SearchValues.Create(Url);

    public static IReadOnlyList<SecretRule> All { get; } =
    [
        new("a private key", ["-----BEGIN "], static (text, at, length) => IsPrivateKey(text, at, length) && !IsServiceAccount(text, at)),
        new("the key of a Google Cloud service account", ["-----BEGIN "], static (text, at, length) => IsPrivateKey(text, at, length) && IsServiceAccount(text, at)),
        // Exactly so long: sequences of proteins are written in the same letters.
        SecretRule.Token("an AWS access key", ["AKIA", "ASIA"], Upper + Digits, 16, 16),
        SecretRule.Value("an AWS secret access key", ["aws_secret_access_key", "AWS_SECRET_ACCESS_KEY", "SecretAccessKey"], Base64, KeyBody),
        SecretRule.Value("the key of an Azure account", ["AccountKey=", "SharedAccessKey="], Base64, KeyBody),
        SecretRule.Token("a Google API key", ["AIza"], Url, 35),
        SecretRule.Token("a GitHub token", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], Alphanumeric, 36),
        SecretRule.Token("a GitHub token", ["github_pat_"], Url, 50),
        SecretRule.Token("a GitLab token", ["glpat-"], Url, 20),
        SecretRule.Token("a Slack token", ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xapp-"], Url, 20),
        SecretRule.Token("a Hugging Face token", ["hf_"], Alphanumeric, 30),
        SecretRule.Token("an OpenAI key", ["sk-proj-", "sk-svcacct-"], Url, 40),
        SecretRule.Token("an Anthropic key", ["sk-ant-"], Url, 40),
        SecretRule.Token("a Stripe key", ["sk_live_", "rk_live_"], Alphanumeric, 20),
        SecretRule.Token("an npm token", ["npm_"], Alphanumeric, 36),
        SecretRule.Value("an npm token", [":_authToken="], Url, 20),
        SecretRule.Token("a PyPI token", ["pypi-AgEI"], Url, 50),
        new("credentials of a container registry", ["\"auth\""], IsRegistryAuth),
        SecretRule.Value("a private key of a kubeconfig", ["client-key-data"], Base64, KeyBody),
        new("a JSON web token", ["eyJ"], IsWebToken),
    ];

    /// <summary>The value of a secret that the manifest names.</summary>
    public static SecretRule ValueOf(string name, string value) => new($"the value of the secret {name}", [value], static (_, _, _) => true);

    // RFC 7468: a label, then base64. A line that only names the label, as in a program's source, is none.
    private static bool IsPrivateKey(ReadOnlySpan<char> text, int at, int length)
    {
        var rest = text[(at + length)..];
        var label = rest[..Math.Min(rest.Length, 64)].IndexOf("-----");
        if (label < 0 || !(rest[..label].EndsWith("PRIVATE KEY") || rest[..label].SequenceEqual("PGP PRIVATE KEY BLOCK"))) return false;
        rest = rest[(label + 5)..];
        for (var header = 0; header <= MaxHeaders; header++)
        {
            rest = SkipLineEnds(rest);
            var end = rest.IndexOfAnyExcept(Base64Letters);
            if ((end < 0 ? rest.Length : end) >= KeyBody) return true;

            // RFC 1421: a key that is encrypted says how, in lines of a name and a value.
            if (end <= 0 || rest[end] is not ('-' or ':') || rest.IndexOfAny('\n', '\\') is not (>= 0 and var line)) return false;
            rest = rest[line..];
        }

        return false;
    }

    // JSON writes the end of a line as the two characters \n.
    private static ReadOnlySpan<char> SkipLineEnds(ReadOnlySpan<char> text)
    {
        while (true)
        {
            text = text.TrimStart(" \t\r\n");
            if (!text.StartsWith("\\n") && !text.StartsWith("\\r")) return text;
            text = text[2..];
        }
    }

    // Docker's config.json: base64 of user:password.
    private static bool IsRegistryAuth(ReadOnlySpan<char> text, int at, int length)
    {
        var rest = text[(at + length)..].TrimStart(" \t\r\n:\"");
        var end = rest.IndexOfAnyExcept(Base64Letters);
        Span<byte> bytes = stackalloc byte[1024];
        return end is >= 8 and <= 1024 && Convert.TryFromBase64Chars(rest[..end], bytes, out var written)
            && bytes[..written].Contains((byte)':') && bytes[..written].IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;
    }

    private static bool IsServiceAccount(ReadOnlySpan<char> text, int at) => text[Math.Max(0, at - 40)..at].Contains("\"private_key\"", StringComparison.Ordinal);

    // RFC 7519: three parts in base64url, the first of which is a JSON object with "alg".
    private static bool IsWebToken(ReadOnlySpan<char> text, int at, int length)
    {
        if (at > 0 && UrlLetters.Contains(text[at - 1])) return false;
        var rest = text[at..];
        var header = Part(rest);
        if (header.Length is < 16 or > 1024 || !Next(ref rest, header)) return false;
        var payload = Part(rest);
        if (payload.Length < 10 || !payload.StartsWith("eyJ") || !Next(ref rest, payload)) return false;
        return Part(rest).Length >= 20 && Decode(header).Contains("\"alg\"", StringComparison.Ordinal);

        static ReadOnlySpan<char> Part(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(UrlLetters) is >= 0 and var end ? text[..end] : text;

        static bool Next(ref ReadOnlySpan<char> text, ReadOnlySpan<char> part)
        {
            if (part.Length >= text.Length || text[part.Length] != '.') return false;
            text = text[(part.Length + 1)..];
            return true;
        }
    }

    private static string Decode(ReadOnlySpan<char> part)
    {
        var bytes = new byte[part.Length];
        return Base64Url.TryDecodeFromChars(part, bytes, out var written) ? Encoding.UTF8.GetString(bytes, 0, written) : "";
    }
}

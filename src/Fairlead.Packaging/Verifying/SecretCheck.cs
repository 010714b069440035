using System.Text;
using Fairlead.Oci.Images;
using Fairlead.Packaging.Building;
using Fairlead.Packaging.Secrets;

namespace Fairlead.Packaging.Verifying;

/// <summary>Looks for secrets in everything that is in an image: every file, and what its configuration says.</summary>
internal static class SecretCheck
{
    private const string Subject = "secrets";

    public static VerifyCheck Run(ImageConfig config, string root, CancellationToken cancellationToken)
    {
        var scanner = new SecretScanner(SecretRules.All);
        var allowed = (config.Run?.Labels?.GetValueOrDefault(ImageDocuments.AllowedSecretsLabel) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        using var document = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', config.Run?.Environment ?? [])));
        if (scanner.Scan(document, long.MaxValue, cancellationToken) is [var inConfig, ..]) return new VerifyCheck(Subject, "", VerifyProblems.SecretInImage("the environment", inConfig.Kind));

        var files = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var file in Directory.EnumerateFiles(root, "*", files).Order(StringComparer.Ordinal))
        {
            var path = Path.GetRelativePath(root, file);
            if (allowed.Contains(path)) continue;
            if (KindIn(scanner, path, file, cancellationToken) is { } kind) return new VerifyCheck(Subject, "", VerifyProblems.SecretInImage(path, kind));
        }

        return new VerifyCheck(Subject, allowed.Count == 0 ? "none" : $"none but those allowed: {string.Join(", ", allowed.Order(StringComparer.Ordinal))}", null);
    }

    private static string? KindIn(SecretScanner scanner, string path, string file, CancellationToken cancellationToken)
    {
        using var stream = new FileStream(file, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
        if (stream.Length > 0 && SecretNames.KindOf(path) is { } byName) return byName;
        return scanner.Scan(stream, long.MaxValue, cancellationToken) is [var found, ..] ? found.Kind : null;
    }
}

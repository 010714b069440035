namespace Fairlead.Packaging.Secrets;

/// <summary>Files that hold secrets by what they are, whatever is in them.</summary>
internal static class SecretNames
{
    private static readonly string[] Samples = [".example", ".sample", ".template", ".dist"];

    /// <summary>What the file is, for people; null when its name says nothing.</summary>
    /// <param name="path">Relative, with <c>/</c>.</param>
    public static string? KindOf(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        var ending = Path.GetExtension(name).ToLowerInvariant();
        return name switch
        {
            ".env" => "an environment file",
            _ when name.StartsWith(".env.", StringComparison.Ordinal) && !Samples.Contains(ending) => "an environment file",
            ".netrc" or ".git-credentials" or ".pgpass" or ".my.cnf" => "a file of passwords",
            "credentials" when $"/{path}".EndsWith("/.aws/credentials", StringComparison.Ordinal) => "a file of AWS credentials",
            _ when ending is ".p12" or ".pfx" or ".jks" or ".keystore" or ".ppk" or ".kdbx" => "a key store",
            _ => null,
        };
    }
}

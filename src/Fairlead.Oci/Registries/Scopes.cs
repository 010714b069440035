namespace Fairlead.Oci.Registries;

/// <summary>What a token allows, in distribution's words (its "Token Scope Documentation").</summary>
internal static class Scopes
{
    public static string Pull(string repository) => $"repository:{repository}:pull";

    public static string Push(string repository) => $"repository:{repository}:pull,push";

    /// <summary>To push, and to take blobs from another repository.</summary>
    public static string Mount(string repository, string from) => $"{Push(repository)} {Pull(from)}";
}

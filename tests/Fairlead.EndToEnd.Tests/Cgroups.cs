namespace Fairlead.EndToEnd.Tests;

/// <summary>The control groups that belong to a home: the engine names its group after a hash of the home's path.</summary>
internal static class Cgroups
{
    public static IReadOnlyList<string> Of(string home)
    {
        if (!Directory.Exists("/sys/fs/cgroup")) return [];
        var name = NameFor(home);
        return [.. Directory.EnumerateDirectories("/sys/fs/cgroup", name, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 6, IgnoreInaccessible = true })];
    }

    private static string NameFor(string home) => "fairlead-" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(home)))[..8];
}

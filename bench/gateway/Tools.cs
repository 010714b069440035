namespace Fairlead.Bench.Gateway;

internal static class Tools
{
    private static readonly string[] Needed = ["wrk", "nginx", "haproxy"];

    /// <summary>What lacks, and how to install it; null when all is there.</summary>
    public static string? Missing()
    {
        var missing = Needed.Where(t => Find(t) is null).ToList();
        return missing.Count == 0 ? null : $"Not found: {string.Join(", ", missing)}. Install: apt-get install --no-install-recommends {string.Join(' ', missing)}";
    }

    /// <summary>Debian lays servers where a user's PATH does not reach.</summary>
    public static string? Find(string tool) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Append("/usr/sbin").Select(f => Path.Combine(f, tool)).FirstOrDefault(File.Exists);
}

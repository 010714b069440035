using System.Globalization;

namespace Fairlead.Engines.Docker.Api;

/// <summary>A version of the Engine API, such as 1.41.</summary>
internal readonly record struct ApiVersion(int Major, int Minor)
{
    /// <summary>Docker 20.10: the first with one-shot statistics and cgroup v2.</summary>
    public static ApiVersion Oldest { get; } = new(1, 41);

    /// <summary>Nothing that came later is used.</summary>
    public static ApiVersion Newest { get; } = new(1, 47);

    public static bool TryParse(string? text, out ApiVersion version)
    {
        version = default;
        if (text?.Split('.') is not [var major, var minor]) return false;
        if (!int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var first) || !int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var second)) return false;
        version = new ApiVersion(first, second);
        return true;
    }

    /// <summary>The newest that both sides know; null when there is none.</summary>
    public static ApiVersion? Agree(ApiVersion daemonOldest, ApiVersion daemonNewest)
    {
        var common = IsOlder(daemonNewest, Newest) ? daemonNewest : Newest;
        return IsOlder(common, Oldest) || IsOlder(common, daemonOldest) ? null : common;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private static bool IsOlder(ApiVersion one, ApiVersion other) => (one.Major, one.Minor).CompareTo((other.Major, other.Minor)) < 0;
}

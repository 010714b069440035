namespace Fairlead.Gateway.Routing;

internal enum TargetKind
{
    /// <summary>Answered by the gateway itself, or by nobody.</summary>
    Own,
    Model,
    Service,

    /// <summary>A path with <c>.</c> or <c>..</c> segments: what it means depends on who reads it, so it is not passed on.</summary>
    Ambiguous,
}

/// <summary>What a request's target names.</summary>
/// <param name="Version">Pinned by the path; else null.</param>
/// <param name="Forward">Path and query for the replica, encoded as they came.</param>
/// <param name="IsProbe">Readiness of a model: passed on but not counted.</param>
internal readonly record struct RequestTarget(TargetKind Kind, string Path, string Deployment, string? Version, string Forward, bool IsProbe)
{
    private const string Models = "/v2/models/";
    private const string Services = "/services/";

    private const int RecentPlaces = 64;
    private const int LongestRecent = 256;

    [ThreadStatic]
    private static (string Raw, RequestTarget Target)[]? _recent;

    /// <summary>As <see cref="Parse"/>, which it need not do again for a target that this thread has seen of late.</summary>
    public static RequestTarget Of(string raw)
    {
        if (raw.Length is 0 or > LongestRecent) return Parse(raw);
        ref var place = ref (_recent ??= new (string, RequestTarget)[RecentPlaces])[(raw.Length + raw[raw.Length / 2] + (raw[^1] * 7)) % RecentPlaces];
        if (place.Raw != raw) place = (raw, Parse(raw));
        return place.Target;
    }

    /// <param name="raw">The request line's target, in origin or absolute form.</param>
    public static RequestTarget Parse(string raw)
    {
        var target = OriginForm(raw);
        var query = target.IndexOf('?');
        var path = query < 0 ? target : target[..query];
        if (HasDotSegment(path)) return new RequestTarget(TargetKind.Ambiguous, path, "", null, "", false);
        if (path.StartsWith(Models, StringComparison.Ordinal)) return Model(target, path);
        if (path.StartsWith(Services, StringComparison.Ordinal)) return Service(target, path);
        return new RequestTarget(TargetKind.Own, path, "", null, target, false);
    }

    private static RequestTarget Model(string target, string path)
    {
        var parts = path[Models.Length..].Split('/');
        var version = parts is [_, "versions", { Length: > 0 } text, ..] ? Uri.UnescapeDataString(text) : null;
        var probe = parts is [_, "ready"] or [_, "versions", _, "ready"];
        return new RequestTarget(TargetKind.Model, path, Uri.UnescapeDataString(parts[0]), version, target, probe);
    }

    private static RequestTarget Service(string target, string path)
    {
        var end = path.IndexOf('/', Services.Length);
        if (end < 0) end = path.Length;
        var rest = target[end..];
        return new RequestTarget(TargetKind.Service, path, Uri.UnescapeDataString(path[Services.Length..end]), null, rest is ['/', ..] ? rest : "/" + rest, false);
    }

    /// <summary>RFC 9112, 3.2.2: a server accepts the absolute form too.</summary>
    private static string OriginForm(string raw)
    {
        if (raw is ['/', ..]) return raw;
        var scheme = raw.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0) return "/";
        var path = raw.IndexOfAny(['/', '?'], scheme + 3);
        if (path < 0) return "/";
        return raw[path] == '/' ? raw[path..] : "/" + raw[path..];
    }

    private static bool HasDotSegment(string path)
    {
        foreach (var range in path.AsSpan().Split('/'))
        {
            var segment = path.AsSpan(range);
            if (segment.Length is 0 or > 6 || segment[0] is not ('.' or '%')) continue;
            if (segment.ToString().Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..") return true;
        }

        return false;
    }
}

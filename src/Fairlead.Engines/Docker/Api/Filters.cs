using System.Text.Json;

namespace Fairlead.Engines.Docker.Api;

/// <summary>The <c>filters</c> of a query: of one kind any may hold (labels: all must).</summary>
internal static class Filters
{
    public static string Of(params ReadOnlySpan<(string Kind, string Value)> filters)
    {
        var map = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (kind, value) in filters) map[kind] = [.. map.GetValueOrDefault(kind) ?? [], value];
        return Uri.EscapeDataString(JsonSerializer.Serialize(map, DockerJson.Default.IReadOnlyDictionaryStringIReadOnlyListString));
    }
}

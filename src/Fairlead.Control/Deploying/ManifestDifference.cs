using System.Text.Json;

namespace Fairlead.Control.Deploying;

/// <summary>The keys in which two resolved manifests differ, as <c>key: old → new</c>. Pure.</summary>
public static class ManifestDifference
{
    private const string Nothing = "(none)";

    public static IReadOnlyList<string> Between(string? before, string after)
    {
        var old = Flat(before);
        var now = Flat(after);
        return
        [
            .. old.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
                .Where(k => old.GetValueOrDefault(k) != now.GetValueOrDefault(k))
                .Select(k => $"{k}: {old.GetValueOrDefault(k, Nothing)} → {now.GetValueOrDefault(k, Nothing)}"),
        ];
    }

    private static Dictionary<string, string> Flat(string? json)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json is null) return values;
        using var document = JsonDocument.Parse(json);
        Add(values, "", document.RootElement);
        return values;
    }

    private static void Add(Dictionary<string, string> values, string path, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            values[path] = element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText();
            return;
        }

        foreach (var property in element.EnumerateObject()) Add(values, path.Length == 0 ? property.Name : $"{path}/{property.Name}", property.Value);
    }
}

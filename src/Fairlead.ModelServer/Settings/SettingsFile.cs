using System.Text.Json;
using Fairlead.Core.Manifests.Reading;
using Fairlead.Core.Results;

namespace Fairlead.ModelServer.Settings;

/// <summary>
/// The settings file: one JSON object of the table's keys, comments and trailing commas allowed. Values are written as in the
/// environment; a number may stand without quotes, and a list for values with commas between.
/// </summary>
internal static class SettingsFile
{
    private const int MostBytes = 256 << 10;
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8 };

    /// <summary>Values by key, as text. What is wrong goes to <paramref name="problems"/>, each on its own.</summary>
    public static IReadOnlyDictionary<string, string> Read(string path, IReadOnlyCollection<string> keys, List<Problem> problems)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            if (new FileInfo(path).Length > MostBytes) throw new InvalidDataException("it is larger than 256 KiB.");
            using var json = JsonDocument.Parse(File.ReadAllBytes(path), Options);
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw new InvalidDataException("it is no JSON object.");
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (!keys.Contains(property.Name)) problems.Add(ServerProblems.UnknownSetting(property.Name, path, NearestKey.Of(property.Name, keys)));
                else if (TextOf(property.Value) is not { } text) problems.Add(ServerProblems.WrongKindOfSetting(property.Name, path));
                else if (!values.TryAdd(property.Name, text)) problems.Add(ServerProblems.SettingTwice(property.Name, path));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidDataException)
        {
            problems.Add(ServerProblems.SettingsUnreadable(path, e.Message));
        }

        return values;
    }

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Array when value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String) => string.Join(',', value.EnumerateArray().Select(v => v.GetString())),
        _ => null,
    };
}

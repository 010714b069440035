using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fairlead.Core.Manifests.Reading;

/// <summary>
/// Writes JSON that is YAML too. System.Text.Json writes a character above U+FFFF as two escapes, which YAML (5.7) reads as
/// two broken characters; here it stands as itself.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>Indented by two spaces, with a line break at the end.</summary>
    public static string Write(JsonNode node)
    {
        var text = new StringBuilder();
        Append(text, node, 0);
        return text.Append('\n').ToString();
    }

    private static void Append(StringBuilder text, JsonNode? node, int depth)
    {
        switch (node)
        {
            case JsonObject map:
                Block(text, '{', '}', depth, [.. map.Select<KeyValuePair<string, JsonNode?>, Action>(e => () =>
                {
                    AppendText(text, e.Key);
                    text.Append(": ");
                    Append(text, e.Value, depth + 1);
                })]);
                break;
            case JsonArray list:
                Block(text, '[', ']', depth, [.. list.Select<JsonNode?, Action>(item => () => Append(text, item, depth + 1))]);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                AppendText(text, value.GetValue<string>());
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }

    private static void Block(StringBuilder text, char open, char close, int depth, Action[] items)
    {
        text.Append(open);
        for (var i = 0; i < items.Length; i++)
        {
            text.Append(i == 0 ? "\n" : ",\n").Append(' ', 2 * (depth + 1));
            items[i]();
        }

        if (items.Length > 0) text.Append('\n').Append(' ', 2 * depth);
        text.Append(close);
    }

    private static void AppendText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            if (c is '"' or '\\') text.Append('\\').Append(c);
            else if (IsPlain(c)) text.Append(c);
            else if (c == '\n') text.Append("\\n");
            else text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        text.Append('"');
    }

    private static bool IsPlain(char c) => !char.IsControl(c) && c is not ('\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF');
}

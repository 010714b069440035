using System.Text;
using System.Text.Json;

namespace Fairlead.Engines.Logs;

/// <summary>The time a line gives itself: the <c>time</c> of a JSON object. Plain text has none that could be told from its content.</summary>
internal static class LineTime
{
    public static DateTimeOffset? Of(string line)
    {
        if (!line.StartsWith('{')) return null;
        try
        {
            return Read(Encoding.UTF8.GetBytes(line));
        }
        catch (JsonException)
        {
            // A line that only looks like JSON, or one that was cut.
            return null;
        }
    }

    private static DateTimeOffset? Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTime = reader.ValueTextEquals("time"u8);
            reader.Read();
            if (isTime) return reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time) ? time : null;
            reader.Skip();
        }

        return null;
    }
}

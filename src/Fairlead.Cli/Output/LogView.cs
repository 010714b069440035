using System.Globalization;
using System.Text;
using System.Text.Json;
using Fairlead.Api.Wire;

namespace Fairlead.Cli.Output;

/// <summary>A replica's log line for people. Structured lines (JSON) become a sentence with their fields behind it; others stay as they are.</summary>
internal static class LogView
{
    // Shown in places of their own, or only of use to machines.
    private static readonly string[] Apart = ["time", "timestamp", "ts", "level", "severity", "message", "msg", "replica", "event", "event_id", "category", "logger", "template"];

    public static string Format(LogRecord record, Paint paint)
    {
        var time = record.Time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var head = $"{paint.Faint(time)} {paint.Faint(record.Replica)} ";
        return head + (TryStructured(record.Text, paint) ?? record.Text);
    }

    private static string? TryStructured(string text, Paint paint)
    {
        if (!text.StartsWith('{')) return null;
        try
        {
            using var json = JsonDocument.Parse(text);
            var message = Text(json.RootElement, "message") ?? Text(json.RootElement, "msg");
            if (message is null) return null;
            var level = (Text(json.RootElement, "level") ?? Text(json.RootElement, "severity") ?? "information").ToLowerInvariant();
            var line = new StringBuilder(paint.Severity(Severity(level), message));
            foreach (var field in json.RootElement.EnumerateObject().Where(f => !Apart.Contains(f.Name, StringComparer.OrdinalIgnoreCase)))
            {
                line.Append(' ').Append(paint.Faint($"{field.Name}={field.Value}"));
            }

            return line.ToString();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, string name)
    {
        foreach (var field in json.EnumerateObject())
        {
            if (field.NameEquals(name) || field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString() : null;
        }

        return null;
    }

    private static string Severity(string level) => level switch
    {
        "error" or "critical" or "fatal" => "error",
        "warning" or "warn" => "warning",
        _ => "information",
    };
}

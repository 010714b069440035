using System.Buffers;
using System.Text.Json;

namespace Fairlead.Gateway.Administration;

/// <summary>Writes each event as one JSON object on one line: time, level, event, category, message, the fields, exception.</summary>
internal sealed class JsonLineLogger(Stream output, TimeProvider time) : ILoggerProvider
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Lock _gate = new();

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
        // The stream is the caller's.
    }

    private void Write(ReadOnlySpan<byte> line)
    {
        try
        {
            lock (_gate) output.Write(line);
        }
        catch (IOException)
        {
            // A full disk or a closed pipe must not end the gateway: it serves on, unlogged.
        }
    }

    private sealed class Category(JsonLineLogger owner, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = new ArrayBufferWriter<byte>(512);
            using (var json = new Utf8JsonWriter(line, Plain))
            {
                json.WriteStartObject();
                json.WriteString("time", owner.Now);
                json.WriteString("level", Level(logLevel));
                json.WriteNumber("event", eventId.Id);
                json.WriteString("category", name);
                json.WriteString("message", formatter(state, exception));
                if (state is IReadOnlyList<KeyValuePair<string, object?>> fields) WriteFields(json, fields);
                if (exception is not null) json.WriteString("exception", exception.ToString());
                json.WriteEndObject();
            }

            line.Write("\n"u8);
            owner.Write(line.WrittenSpan);
        }

        private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> fields)
        {
            foreach (var (key, value) in fields)
            {
                if (key == "{OriginalFormat}") continue;
                switch (value)
                {
                    case int number: json.WriteNumber(key, number); break;
                    case long number: json.WriteNumber(key, number); break;
                    case double number when double.IsFinite(number): json.WriteNumber(key, number); break;
                    default: json.WriteString(key, value?.ToString()); break;
                }
            }
        }

        private static string Level(LogLevel level) => level switch
        {
            LogLevel.Trace or LogLevel.Debug => "debug",
            LogLevel.Information => "information",
            LogLevel.Warning => "warning",
            _ => "error",
        };
    }

    private DateTimeOffset Now => time.GetUtcNow();
}

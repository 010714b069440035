using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Fairlead.ModelServer.Logging;

/// <summary>Writes one JSON object a line. Its own, since the console formatter brings a thread, an options stack and 4 ms of start.</summary>
internal sealed class JsonLogProvider(Stream target, LogLevel level, TimeProvider time) : ILoggerProvider
{
    private const string Truncated = "…";
    private const int MostCharacters = 8192;
    private static readonly ConcurrentDictionary<string, JsonEncodedText> Keys = new(StringComparer.Ordinal);
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _line = new(512);

    public static ILoggerFactory Factory(Stream target, LogLevel level, TimeProvider time) =>
        new LoggerFactory([new JsonLogProvider(target, level, time)], new LoggerFilterOptions { MinLevel = level });

    public ILogger CreateLogger(string categoryName) => new JsonLogger(this, Least(categoryName));

    public void Dispose() => target.Flush();

    /// <summary>Kestrel tells of every client's bad manners at the levels below; they are the client's.</summary>
    private LogLevel Least(string category) =>
        level < LogLevel.Warning && category.StartsWith("Microsoft.", StringComparison.Ordinal) ? LogLevel.Warning : level;

    internal void Write(LogLevel severity, EventId id, string message, IReadOnlyList<KeyValuePair<string, object?>>? fields, Exception? exception)
    {
        lock (_gate)
        {
            _line.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(_line, Options)) WriteLine(json, severity, id, message, fields, exception);
            _line.Write("\n"u8);
            try
            {
                target.Write(_line.WrittenSpan);
                target.Flush();
            }
            catch (IOException)
            {
                // A full disk or a closed pipe: a log that cannot be written must not stop the serving.
            }
        }
    }

    private void WriteLine(Utf8JsonWriter json, LogLevel severity, EventId id, string message, IReadOnlyList<KeyValuePair<string, object?>>? fields, Exception? exception)
    {
        json.WriteStartObject();
        json.WriteString("time", time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        json.WriteString("level", NameOf(severity));
        json.WriteNumber("event", id.Id);
        json.WriteString("message", Short(message));
        foreach (var (name, value) in fields ?? []) WriteField(json, name, value);
        if (exception is not null) json.WriteString("exception", Short(exception.ToString()));
        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteField(Utf8JsonWriter json, string name, object? value)
    {
        if (value is null || name == "{OriginalFormat}") return;
        var key = Keys.GetOrAdd(name, static n => JsonEncodedText.Encode(JsonNamingPolicy.SnakeCaseLower.ConvertName(n)));
        switch (value)
        {
            case bool flag: json.WriteBoolean(key, flag); break;
            case int number: json.WriteNumber(key, number); break;
            case long number: json.WriteNumber(key, number); break;
            case double number when double.IsFinite(number): json.WriteNumber(key, number); break;
            default: json.WriteString(key, Short(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")); break;
        }
    }

    private static string Short(string text) => text.Length <= MostCharacters ? text : string.Concat(text.AsSpan(0, MostCharacters), Truncated);

    private static string NameOf(LogLevel severity) => severity switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "information",
        LogLevel.Warning => "warning",
        _ => "error",
    };

    private sealed class JsonLogger(JsonLogProvider provider, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) provider.Write(logLevel, eventId, formatter(state, exception), state as IReadOnlyList<KeyValuePair<string, object?>>, exception);
        }
    }
}

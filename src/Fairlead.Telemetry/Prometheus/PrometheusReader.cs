using System.Text;

namespace Fairlead.Telemetry.Prometheus;

/// <summary>
/// Reads the text format back. What a scrape returns is another process' word: a line that is no sample is passed over
/// and never thrown about, so that one bad exporter cannot stop the controller.
/// </summary>
public static class PrometheusReader
{
    public static MetricScrape Read(ReadOnlySpan<byte> utf8) => Read(Encoding.UTF8.GetString(utf8));

    public static MetricScrape Read(string text) => Read(text, int.MaxValue)!;

    /// <returns>Null when there are more samples than <paramref name="most"/>: each costs many times its text in memory.</returns>
    public static MetricScrape? Read(string text, int most)
    {
        var samples = new List<MetricSample>();
        var skipped = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            var line = raw.Trim();
            if (line.IsEmpty || line[0] == '#') continue;
            if (ReadLine(line) is { } sample) samples.Add(sample);
            else skipped++;
            if (samples.Count > most) return null;
        }

        return new MetricScrape(samples, skipped);
    }

    private static MetricSample? ReadLine(ReadOnlySpan<char> line)
    {
        var end = line.IndexOfAny("{ \t");
        if (end <= 0 || !IsName(line[..end])) return null;
        var name = line[..end].ToString();
        var rest = line[end..].TrimStart();
        List<KeyValuePair<string, string>> labels = [];
        if (!rest.IsEmpty && rest[0] == '{')
        {
            rest = rest[1..];
            if (!ReadLabels(ref rest, labels)) return null;
            rest = rest.TrimStart();
        }

        // What follows the value is a timestamp, which no reader of ours needs.
        var space = rest.IndexOfAny(' ', '\t');
        var number = space < 0 ? rest : rest[..space];
        return PrometheusNumber.TryParse(number, out var value) ? new MetricSample(name, labels, value) : null;
    }

    private static bool ReadLabels(ref ReadOnlySpan<char> rest, List<KeyValuePair<string, string>> labels)
    {
        while (true)
        {
            rest = rest.TrimStart();
            if (rest.IsEmpty) return false;
            if (rest[0] == '}')
            {
                rest = rest[1..];
                return true;
            }

            var equals = rest.IndexOf('=');
            if (equals <= 0 || !IsName(rest[..equals].TrimEnd())) return false;
            var name = rest[..equals].TrimEnd().ToString();
            rest = rest[(equals + 1)..].TrimStart();
            if (rest.IsEmpty || rest[0] != '"' || !ReadValue(ref rest, out var value)) return false;
            labels.Add(KeyValuePair.Create(name, value));
            rest = rest.TrimStart();
            if (!rest.IsEmpty && rest[0] == ',') rest = rest[1..];
        }
    }

    private static bool ReadValue(ref ReadOnlySpan<char> rest, out string value)
    {
        var text = new StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '"')
            {
                rest = rest[(i + 1)..];
                value = text.ToString();
                return true;
            }

            if (rest[i] == '\\' && i + 1 < rest.Length) text.Append(rest[++i] == 'n' ? '\n' : rest[i]);
            else text.Append(rest[i]);
        }

        value = "";
        return false;
    }

    private static bool IsName(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_' && c != ':') return false;
        }

        return !text.IsEmpty && !char.IsAsciiDigit(text[0]);
    }
}

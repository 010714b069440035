using System.Text;

namespace Fairlead.Cli.Prediction;

/// <summary>A table with a header, RFC 4180: quotes, doubled quotes, line ends within quotes; commas, or semicolons when the header has only those.</summary>
/// <param name="Rows">Each has as many fields as the header.</param>
internal sealed record Csv(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <exception cref="FormatException">The message names the line.</exception>
    public static Csv Parse(string text)
    {
        var firstLine = text.AsSpan(0, text.IndexOfAny(['\r', '\n']) is >= 0 and var end ? end : text.Length);
        var separator = !firstLine.Contains(',') && firstLine.Contains(';') ? ';' : ',';
        IReadOnlyList<string>? header = null;
        var rows = new List<IReadOnlyList<string>>();
        foreach (var (line, fields) in Records(text.TrimStart('\ufeff'), separator))
        {
            if (header is null) header = fields;
            else if (fields.Count != header.Count) throw new FormatException($"line {line} has {fields.Count} fields and the header {header.Count}");
            else rows.Add(fields);
        }

        return header is null ? throw new FormatException("it is empty") : new Csv(header, rows);
    }

    public static string Line(IEnumerable<string> fields) => string.Join(',', fields.Select(Quote));

    private static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static IEnumerable<(int Line, List<string> Fields)> Records(string text, char separator)
    {
        var (line, start, quoted) = (1, 1, false);
        var fields = new List<string>();
        var field = new StringBuilder();
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : '\n';
            if (i == text.Length && quoted) throw new FormatException($"the quote that opens on line {start} is never closed");
            if (quoted)
            {
                if (c == '\n') line++;
                if (c != '"') field.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') field.Append(text[i++]);
                else quoted = false;
            }
            else if (c == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (c == separator)
            {
                fields.Add(Take(field));
            }
            else if (c == '\n')
            {
                if (field.Length > 0 && field[^1] == '\r') field.Length--;
                var blank = fields.Count == 0 && field.Length == 0;
                fields.Add(Take(field));
                if (!blank) yield return (start, fields);
                (fields, start) = ([], ++line);
            }
            else
            {
                field.Append(c);
            }
        }
    }

    private static string Take(StringBuilder field)
    {
        var text = field.ToString();
        field.Clear();
        return text;
    }
}

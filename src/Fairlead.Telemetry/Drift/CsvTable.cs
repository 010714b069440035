using System.Text;

namespace Fairlead.Telemetry.Drift;

/// <summary>A table with a header, as RFC 4180 writes it.</summary>
/// <param name="Columns">Cells by column; an empty cell is an empty text.</param>
public sealed record CsvTable(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Columns)
{
    public int Rows => Columns.Count == 0 ? 0 : Columns[0].Count;

    /// <exception cref="FormatException">A row has another number of cells than the header, a name comes twice, or a quote is not closed; the message names the line.</exception>
    public static CsvTable Read(TextReader reader)
    {
        var line = 0;
        var header = Row(reader, ref line) ?? throw new FormatException("There is no header.");
        if (header.Distinct(StringComparer.Ordinal).Count() != header.Count) throw new FormatException("A name comes twice in the header.");
        var columns = header.Select(static _ => new List<string>()).ToArray();
        while (Row(reader, ref line) is { } row)
        {
            if (row is [""] && header.Count > 1) continue;
            if (row.Count != header.Count) throw new FormatException($"Line {line} has {row.Count} cells where the header has {header.Count}.");
            for (var i = 0; i < row.Count; i++) columns[i].Add(row[i]);
        }

        return new CsvTable(header, columns);
    }

    private static List<string>? Row(TextReader reader, ref int line)
    {
        if (reader.Peek() < 0) return null;
        line++;
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        while (true)
        {
            var next = reader.Read();
            if (next < 0 && quoted) throw new FormatException($"A quote before line {line} is not closed.");
            if (next is '"' && quoted && reader.Peek() is '"') cell.Append((char)reader.Read());
            else if (next is '"' && (quoted || cell.Length == 0)) quoted = !quoted;
            else if (next is ',' && !quoted) Close(cells, cell);
            else if (next < 0 || (next is '\n' && !quoted)) return Close(cells, cell);
            else if (next is not '\r' || quoted || reader.Peek() is not '\n') cell.Append((char)next);
            if (next is '\n') line++;
        }
    }

    private static List<string> Close(List<string> cells, StringBuilder cell)
    {
        cells.Add(cell.ToString());
        cell.Clear();
        return cells;
    }
}

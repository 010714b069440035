using System.Text;

namespace Fairlead.Cli.Output;

/// <param name="Keep">Columns with the smallest number stay longest when the terminal is narrow; 0 is never dropped.</param>
/// <param name="Right">Aligned to the right, for numbers.</param>
/// <param name="Least">A column of free text is cut down to so many characters before others are dropped; null is not cut.</param>
internal sealed record Column(string Header, int Keep = 0, bool Right = false, int? Least = null);

/// <param name="Text">Without colour codes: widths are counted on it.</param>
/// <param name="Style">Paints the padded text.</param>
internal readonly record struct Cell(string Text, Func<string, string>? Style = null)
{
    public static implicit operator Cell(string text) => new(text);
}

/// <summary>Columns of text that fit a width: free text is cut first, then the least needed columns go, then the widest is cut.</summary>
internal static class Table
{
    private const int Gap = 2;

    public static IReadOnlyList<string> Render(IReadOnlyList<Column> columns, IReadOnlyList<IReadOnlyList<Cell>> rows, int width, Paint paint)
    {
        // A column that says nothing in any row is noise.
        var shown = Enumerable.Range(0, columns.Count).Where(c => columns[c].Keep == 0 || rows.Any(r => r[c].Text.Length > 0)).ToList();
        var widths = Enumerable.Range(0, columns.Count).Select(c => rows.Select(r => r[c].Text.Length).Append(columns[c].Header.Length).Max()).ToArray();
        var wanted = widths.ToArray();
        foreach (var c in shown.Where(c => columns[c].Least < widths[c])) widths[c] = Math.Max(columns[c].Least!.Value, Math.Min(widths[c], widths[c] - (Total(shown, widths) - width)));
        while (Total(shown, widths) > width && shown.Exists(c => columns[c].Keep > 0)) shown.Remove(shown.MaxBy(c => columns[c].Keep));
        // What dropped columns leave free goes back to the text.
        foreach (var c in shown.Where(c => columns[c].Least is not null)) widths[c] = Math.Clamp(width - Total(shown, widths) + widths[c], widths[c], wanted[c]);
        while (Total(shown, widths) > width && shown.Max(c => widths[c]) > 4) widths[shown.MaxBy(c => widths[c])]--;

        var lines = new List<string>(rows.Count + 1) { Line(shown, c => new Cell(columns[c].Header, paint.Faint)) };
        lines.AddRange(rows.Select(row => Line(shown, c => row[c])));
        return lines;

        string Line(List<int> order, Func<int, Cell> cell)
        {
            var line = new StringBuilder();
            foreach (var c in order)
            {
                var last = c == order[^1];
                var (text, style) = cell(c);
                text = Fit(OneLine(text), widths[c]);
                var padding = new string(' ', widths[c] - text.Length);
                var painted = style is null ? text : style(text);
                if (columns[c].Right) line.Append(padding).Append(painted);
                else line.Append(painted).Append(last ? "" : padding);
                if (!last) line.Append(' ', Gap);
            }

            return line.ToString().TrimEnd();
        }
    }

    /// <summary>Cuts to a width, with an ellipsis in the last place.</summary>
    public static string Fit(string text, int width) =>
        text.Length <= width ? text : width <= 1 ? text[..Math.Max(width, 0)] : string.Concat(text.AsSpan(0, width - 1), "…");

    /// <summary>Others' words may hold line ends, which would break the table.</summary>
    private static string OneLine(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 ? text : string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    private static int Total(List<int> shown, int[] widths) => shown.Sum(c => widths[c]) + (Gap * (shown.Count - 1));
}

using System.Text;

namespace Fairlead.Cli.Output;

/// <param name="Keep">Columns with the smallest number stay longest when the terminal is narrow; 0 is never dropped.</param>
/// <param name="Right">Aligned to the right, for numbers.</param>
internal sealed record Column(string Header, int Keep = 0, bool Right = false);

/// <param name="Text">Without colour codes: widths are counted on it.</param>
/// <param name="Style">Paints the padded text.</param>
internal readonly record struct Cell(string Text, Func<string, string>? Style = null)
{
    public static implicit operator Cell(string text) => new(text);
}

/// <summary>Columns of text that fit a width: the least needed columns go first, then the widest is cut.</summary>
internal static class Table
{
    private const int Gap = 2;

    public static IReadOnlyList<string> Render(IReadOnlyList<Column> columns, IReadOnlyList<IReadOnlyList<Cell>> rows, int width, Paint paint)
    {
        // A column that says nothing in any row is noise.
        var shown = Enumerable.Range(0, columns.Count).Where(c => columns[c].Keep == 0 || rows.Any(r => r[c].Text.Length > 0)).ToList();
        var widths = Enumerable.Range(0, columns.Count).Select(c => rows.Select(r => r[c].Text.Length).Append(columns[c].Header.Length).Max()).ToArray();
        while (Total(shown, widths) > width && shown.Exists(c => columns[c].Keep > 0)) shown.Remove(shown.MaxBy(c => columns[c].Keep));
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
                text = Fit(text, widths[c]);
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

    private static int Total(List<int> shown, int[] widths) => shown.Sum(c => widths[c]) + (Gap * (shown.Count - 1));
}

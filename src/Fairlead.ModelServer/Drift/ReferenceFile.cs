using System.Globalization;
using System.Text;
using Fairlead.Core.Results;
using Fairlead.Onnx;
using Fairlead.Telemetry.Drift;

namespace Fairlead.ModelServer.Drift;

/// <summary>The reference as the model's inputs would carry it.</summary>
/// <param name="Unmatched">Inputs that the file has no column for, or whose rows have no known size.</param>
internal sealed record ReferenceFile(IReadOnlyList<ReferenceInput> Inputs, IReadOnlyList<string> Unmatched, int Rows)
{
    public const int LeastRows = 50;

    // All of it is held in memory while the profile is made.
    public const long MostBytes = 8 << 20;

    /// <param name="name">As the descriptor has it, for problems.</param>
    public static Result<ReferenceFile> Read(string path, string name, IReadOnlyList<TensorInfo> inputs)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes) return ServerProblems.ReferenceUnusable(name, $"it is larger than {MostBytes >> 20} MiB.");
            using var reader = new StreamReader(path);
            var table = CsvTable.Read(reader);
            return table.Rows < LeastRows
                ? ServerProblems.ReferenceUnusable(name, $"it has {table.Rows} rows; {LeastRows} are the least that say anything.")
                : Match(table, inputs, name);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return ServerProblems.ReferenceUnusable(name, e.Message);
        }
    }

    private static Result<ReferenceFile> Match(CsvTable table, IReadOnlyList<TensorInfo> inputs, string name)
    {
        var matched = new List<ReferenceInput>();
        var unmatched = new List<string>();
        for (var i = 0; i < inputs.Count; i++)
        {
            if (WidthOf(inputs[i]) is { } width && ColumnsOf(table, inputs[i].Name, width, inputs.Count == 1) is { } columns) matched.Add(Convert(table, inputs[i], i, columns));
            else unmatched.Add(inputs[i].Name);
        }

        return matched.Count > 0
            ? new ReferenceFile(matched, unmatched, table.Rows)
            : ServerProblems.ReferenceUnusable(name, $"none of its {table.Header.Count} columns is an input of the model ({string.Join(", ", inputs.Select(i => $"'{i.Name}'"))}).");
    }

    /// <summary>Values of one row: the product of all sizes but the first. Null when one of them is free, or there is no row.</summary>
    private static int? WidthOf(TensorInfo input)
    {
        if (input.Shape.Count == 0) return null;
        var width = input.Shape.Skip(1).Aggregate(1L, static (product, size) => size < 0 || product < 0 ? -1 : Math.Min(product * size, int.MaxValue));
        return width is > 0 and < 1 << 20 ? (int)width : null;
    }

    // `x` for one value, `x[0]`, `x[1]`… for several; for a single input also its columns in order.
    private static int[]? ColumnsOf(CsvTable table, string input, int width, bool single)
    {
        int[] named = [.. Enumerable.Range(0, width).Select(i => Position(width == 1 ? input : $"{input}[{i}]"))];
        if (!named.Contains(-1)) return named;
        return single && table.Header.Count == width ? [.. Enumerable.Range(0, width)] : null;

        int Position(string name) => table.Header.TakeWhile(h => h != name).Count() is var at && at < table.Header.Count ? at : -1;
    }

    private static ReferenceInput Convert(CsvTable table, TensorInfo input, int position, int[] columns)
    {
        var names = columns.Select(c => table.Header[c]).ToArray();
        var missing = new bool[table.Rows];
        long[] shape = [table.Rows, columns.Length];
        if (input.Type == TensorType.String)
        {
            byte[][] texts = [.. Enumerable.Range(0, table.Rows * columns.Length).Select(i => Encoding.UTF8.GetBytes(table.Columns[columns[i % columns.Length]][i / columns.Length]))];
            return new ReferenceInput(input, position, columns.Length, names, Tensor.OfStrings(shape, texts), missing);
        }

        var bytes = new byte[table.Rows * columns.Length * input.Type.ElementSize()];
        for (var row = 0; row < table.Rows; row++)
        {
            for (var c = 0; c < columns.Length; c++)
            {
                var cell = table.Columns[columns[c]][row];
                var value = NumberOf(cell);
                if (value is null && cell.Length > 0) throw new FormatException($"Row {row + 1}, column '{names[c]}': '{cell}' is no number.");
                if (value is null && Elements.IsWhole(input.Type)) missing[row] = true;
                else if (!Elements.TryWrite(input.Type, value ?? double.NaN, bytes, (row * columns.Length) + c)) throw new FormatException($"Row {row + 1}, column '{names[c]}': {input.Type} cannot hold {cell}.");
            }
        }

        return new ReferenceInput(input, position, columns.Length, names, Tensor.OfBytes(input.Type, shape, bytes), missing);
    }

    private static double? NumberOf(string cell) => cell.Trim() switch
    {
        "true" or "True" => 1,
        "false" or "False" => 0,
        var text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
    };
}

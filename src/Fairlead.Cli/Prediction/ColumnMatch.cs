using Fairlead.Core.Results;

namespace Fairlead.Cli.Prediction;

/// <param name="Columns">Positions in the header that fill one row of the input, in order.</param>
internal sealed record InputColumns(TensorMetadata Input, IReadOnlyList<int> Columns);

/// <summary>Which columns of a CSV file fill which inputs. Pure.</summary>
internal static class ColumnMatch
{
    /// <summary>
    /// By name when every input is one value a row and has its column; else, for a single input, all its values from the
    /// file's columns in order (numeric ones only when the input is), leaving out the label.
    /// </summary>
    public static Result<IReadOnlyList<InputColumns>> Find(string file, Csv csv, ModelMetadata model, int? label)
    {
        var byName = model.Inputs.Select(i => (Input: i, Column: i.RowSize == 1 ? ColumnOf(csv.Header, i.Name, label) : -1)).ToList();
        if (byName.TrueForAll(m => m.Column >= 0)) return Result.Ok<IReadOnlyList<InputColumns>>([.. byName.Select(m => new InputColumns(m.Input, [m.Column]))]);
        if (model.Inputs.Count > 1)
        {
            var missing = byName.Where(m => m.Column < 0).Select(m => $"'{m.Input.Name}'");
            return PredictProblems.ColumnsDoNotMatch(file, model.Inputs, $"no single column gives {string.Join(", ", missing)}");
        }

        var input = model.Inputs[0];
        var columns = Enumerable.Range(0, csv.Header.Count).Where(c => c != label && (!input.IsNumeric || IsNumeric(csv, c))).ToList();
        return columns.Count == input.RowSize
            ? Result.Ok<IReadOnlyList<InputColumns>>([new InputColumns(input, columns)])
            : PredictProblems.ColumnsDoNotMatch(file, model.Inputs, $"a row of '{input.Name}' is {input.RowSize} values, and the file has {columns.Count} {(input.IsNumeric ? "numeric " : "")}columns{(label is null ? "" : " beside the label")}");
    }

    /// <summary>Exactly, else without regard to case. -1 when there is none.</summary>
    public static int ColumnOf(IReadOnlyList<string> header, string name, int? except = null)
    {
        foreach (var comparison in (StringComparison[])[StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase])
        {
            for (var c = 0; c < header.Count; c++)
            {
                if (c != except && header[c].Trim().Equals(name, comparison)) return c;
            }
        }

        return -1;
    }

    /// <summary>Every value that is there is a number, and one is there.</summary>
    private static bool IsNumeric(Csv csv, int column)
    {
        var values = csv.Rows.Select(r => r[column]).Where(v => v.Length > 0).ToList();
        return values.Count > 0 && values.TrueForAll(v => ValueText.IsNumber(v) || bool.TryParse(v, out _));
    }
}

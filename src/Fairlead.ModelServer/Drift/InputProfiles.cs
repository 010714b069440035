using Fairlead.Telemetry.Drift;

namespace Fairlead.ModelServer.Drift;

/// <summary>What is measured of the inputs, and its profile in the reference.</summary>
internal static class InputProfiles
{
    /// <summary>Wider rows (pixels, embeddings) are measured by their mean and deviation: one column among hundreds tells nobody anything, and each is a time series.</summary>
    public const int WidestByColumn = 100;

    public static IReadOnlyList<(DriftColumn Column, FeatureProfile Profile)> Of(ReferenceFile reference)
    {
        var columns = new List<(DriftColumn, FeatureProfile)>();
        foreach (var input in reference.Inputs)
        {
            foreach (var column in ColumnsOf(input)) columns.Add((column, column.ProfileOf(input.Tensor.Bytes.Span, input.Tensor.Strings, reference.Rows, input.Missing)));
        }

        return columns;
    }

    private static IEnumerable<DriftColumn> ColumnsOf(ReferenceInput input)
    {
        var of = new DriftColumn("", input.Position, input.Input.Type, input.Width, RowValue.Element);
        if (input.Width <= WidestByColumn) return input.Names.Select((name, i) => of with { Name = name, Element = i });
        return of.Type == Onnx.TensorType.String
            ? []
            : [of with { Name = $"{input.Input.Name}:mean", Value = RowValue.Mean }, of with { Name = $"{input.Input.Name}:sd", Value = RowValue.Deviation }];
    }
}

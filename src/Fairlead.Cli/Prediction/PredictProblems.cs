using Fairlead.Core.Results;

namespace Fairlead.Cli.Prediction;

/// <summary>What prevents a prediction before or after the model is asked.</summary>
internal static class PredictProblems
{
    public static Problem GatewayUnreachable(string address, string why) =>
        new("FL6130", $"The gateway at {address} does not answer: {why}.", "'fairlead status' shows whether it runs; the controller starts a new one within a second.");

    public static Problem Refused(string what, int status, string error) =>
        new("FL6131", $"The model answered {what} with status {status}: {error}", "Compare the request with the model's inputs: GET /v2/models/{name} of the gateway tells them.");

    public static Problem BadValue(string where, string value, string datatype) => value.Length == 0
        ? new("FL6132", $"{where} is empty, and the model takes {datatype} there.", "Fill the value in or leave the row out; JSON has no way to write a missing number.")
        : new("FL6132", $"{where}: '{value}' is no {datatype}.", "Correct the value.");

    public static Problem UnknownInput(string name, IReadOnlyList<TensorMetadata> inputs) =>
        new("FL6133", $"The model has no input '{name}'.", $"Its inputs are {Describe(inputs)}.");

    public static Problem MissingInput(IReadOnlyList<TensorMetadata> missing) =>
        new("FL6134", $"No values were given for {Describe(missing)}.", "Give each input: --input name=value, several values with commas.");

    public static Problem WrongCount(TensorMetadata input, int count) =>
        new("FL6135", $"{count} values do not fill input '{input.Name}', whose shape is {Shape(input)}.", $"Give {input.RowSize} values, or a multiple of that when the first size is free.");

    public static Problem ColumnsDoNotMatch(string file, IReadOnlyList<TensorMetadata> inputs, string why) =>
        new("FL6136", $"The columns of {file} do not match the model's inputs: {why}.", $"The model takes {Describe(inputs)}; name a column after each input, or for one input give exactly its values' columns in order; --label leaves the column of the truth out.");

    public static Problem BadCsv(string file, string why) =>
        new("FL6137", $"{file} cannot be read as CSV: {why}.", "Write a header and as many fields in each row, separated by commas.");

    public static Problem NoLabelColumn(string file, string label, string? nearest) =>
        new("FL6138", $"{file} has no column '{label}'.", nearest is null ? "Give --label the name of a column of the header." : $"Did you mean '{nearest}'?");

    public static Problem RowsFailed(int failed, int rows, string first) =>
        new("FL6139", $"{failed} of {rows} rows were not predicted; the first: {first}", "Correct these rows; the others are done.");

    public static Problem NothingToPredict() =>
        new("FL6140", "There is nothing to predict.", "Give --input NAME=VALUE, --json FILE or --csv FILE.");

    private static string Describe(IEnumerable<TensorMetadata> inputs) =>
        string.Join(", ", inputs.Select(i => $"'{i.Name}' {i.Datatype}{Shape(i)}"));

    private static string Shape(TensorMetadata tensor) => $"[{string.Join(',', tensor.Shape)}]";
}

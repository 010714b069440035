using System.Globalization;
using System.Text.Json;

namespace Fairlead.Cli.Prediction;

/// <summary>One row's prediction, read from an infer answer.</summary>
/// <param name="Text">The class's name where the model gives names, else the value.</param>
/// <param name="Class">The class's number, where the output is one.</param>
internal sealed record RowPrediction(string Text, long? Class);

/// <summary>Which output of an answer is the prediction and what it says. Pure.</summary>
internal static class Answer
{
    /// <exception cref="JsonException">The document is no infer answer with an output.</exception>
    public static RowPrediction Read(string document, ModelMetadata model)
    {
        using var json = JsonDocument.Parse(document);
        try
        {
            var outputs = json.RootElement.GetProperty("outputs").EnumerateArray().ToList();
            if (outputs.Count == 0) throw new JsonException("The answer has no output.");
            return ReadOutput(outputs.OrderByDescending(o => Rank(o, model)).First(), model);
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new JsonException($"It is no infer answer: {e.Message}", e);
        }
    }

    /// <summary>An output with class names; then one of classes (text, whole numbers); then scores of several classes; then any.</summary>
    private static int Rank(JsonElement output, ModelMetadata model)
    {
        var (name, datatype) = (output.GetProperty("name").GetString()!, output.GetProperty("datatype").GetString()!);
        var single = output.GetProperty("data").GetArrayLength() == 1;
        var kind = IsReal(datatype) ? (single ? 0 : 1) : single ? 2 : 0;
        return (model.Labels.ContainsKey(name) ? 10 : 0) + kind;
    }

    private static RowPrediction ReadOutput(JsonElement output, ModelMetadata model)
    {
        var (name, datatype) = (output.GetProperty("name").GetString()!, output.GetProperty("datatype").GetString()!);
        var data = output.GetProperty("data").EnumerateArray().ToList();
        if (data.Count == 0) throw new JsonException($"The output '{name}' is empty.");
        var labels = model.Labels.GetValueOrDefault(name);
        if (IsReal(datatype) && data.Count > 1) return Named(ArgMax(data), labels);
        if (IsReal(datatype) || data[0].ValueKind != JsonValueKind.Number) return new RowPrediction(data[0].ToString(), null);
        return Named(data[0].GetInt64(), labels);
    }

    private static RowPrediction Named(long index, IReadOnlyList<string>? labels) =>
        new(labels is not null && index >= 0 && index < labels.Count ? labels[(int)index] : index.ToString(CultureInfo.InvariantCulture), index);

    private static long ArgMax(List<JsonElement> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Count; i++)
        {
            if (scores[i].GetDouble() > scores[best].GetDouble()) best = i;
        }

        return best;
    }

    private static bool IsReal(string datatype) => datatype is "FP16" or "FP32" or "FP64" or "BF16";
}

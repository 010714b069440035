using System.Text.Json;

namespace Fairlead.Cli.Prediction;

/// <param name="Shape">-1 is free.</param>
internal sealed record TensorMetadata(string Name, string Datatype, IReadOnlyList<long> Shape)
{
    public bool IsNumeric => Datatype != "BYTES";

    /// <summary>The shape of one row: free sizes are 1.</summary>
    public IReadOnlyList<long> RowShape => [.. Shape.Select(d => d < 0 ? 1 : d)];

    /// <summary>Elements of one row.</summary>
    public long RowSize => RowShape.Aggregate(1L, static (product, size) => product * size);
}

/// <summary>What the server says of a model: <c>GET /v2/models/{name}</c>.</summary>
/// <param name="Labels">Names of the classes of an output, by the output's name.</param>
internal sealed record ModelMetadata(string Name, IReadOnlyList<TensorMetadata> Inputs, IReadOnlyList<TensorMetadata> Outputs, IReadOnlyDictionary<string, IReadOnlyList<string>> Labels)
{
    /// <exception cref="JsonException">The document is no model metadata.</exception>
    public static ModelMetadata Parse(string document)
    {
        using var json = JsonDocument.Parse(document);
        try
        {
            var root = json.RootElement;
            return new ModelMetadata(root.GetProperty("name").GetString()!, Tensors(root.GetProperty("inputs")), Tensors(root.GetProperty("outputs")), ReadLabels(root.GetProperty("outputs")));
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new JsonException($"It is no model metadata: {e.Message}", e);
        }
    }

    private static List<TensorMetadata> Tensors(JsonElement list) =>
        [.. list.EnumerateArray().Select(t => new TensorMetadata(t.GetProperty("name").GetString()!, t.GetProperty("datatype").GetString()!, [.. t.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())]))];

    /// <summary>An addition of ours to the protocol: <c>labels</c> on an output.</summary>
    private static Dictionary<string, IReadOnlyList<string>> ReadLabels(JsonElement outputs)
    {
        var labels = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var output in outputs.EnumerateArray())
        {
            if (output.TryGetProperty("labels", out var names)) labels[output.GetProperty("name").GetString()!] = [.. names.EnumerateArray().Select(l => l.GetString()!)];
        }

        return labels;
    }
}

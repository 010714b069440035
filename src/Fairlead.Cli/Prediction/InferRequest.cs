using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairlead.Core.Results;

namespace Fairlead.Cli.Prediction;

/// <summary>Builds infer requests of the Open Inference Protocol from text values. Pure.</summary>
internal static class InferRequest
{
    /// <summary>From <c>name=v1,v2,…</c>: shaped as one row, or as several when the first size is free and the values fill them.</summary>
    public static Result<byte[]> FromInline(IReadOnlyList<string> inputs, ModelMetadata model)
    {
        var problems = new List<Problem>();
        var given = new Dictionary<TensorMetadata, string[]>();
        foreach (var text in inputs)
        {
            var split = text.IndexOf('=', StringComparison.Ordinal);
            var name = split < 0 ? "" : text[..split];
            // A model with one input needs no name.
            var input = split < 0 && model.Inputs.Count == 1 ? model.Inputs[0] : model.Inputs.FirstOrDefault(i => i.Name == name);
            if (input is null) problems.Add(PredictProblems.UnknownInput(split < 0 ? text : name, model.Inputs));
            else given[input] = text[(split + 1)..].Split(',');
        }

        var missing = model.Inputs.Where(i => !given.ContainsKey(i)).ToList();
        if (problems.Count == 0 && missing.Count > 0) problems.Add(PredictProblems.MissingInput(missing));
        if (problems.Count > 0) return Result.Fail<byte[]>(problems);
        return Write([.. given.Select(g => new Values(g.Key, g.Value, i => $"input '{g.Key.Name}', value {i + 1}"))]);
    }

    /// <summary>One row of a CSV file as one request.</summary>
    /// <param name="line">1-based number of the row, for problems.</param>
    public static Result<byte[]> FromRow(IReadOnlyList<string> row, int line, IReadOnlyList<string> header, IReadOnlyList<InputColumns> columns) =>
        Write([.. columns.Select(c => new Values(c.Input, [.. c.Columns.Select(i => row[i])], i => $"row {line}, column '{header[c.Columns[i]]}'"))]);

    /// <summary>A request that has the right shape and nothing to say; null when it would be too long to read.</summary>
    public static byte[]? Blank(ModelMetadata model, long longest)
    {
        if (model.Inputs.Sum(i => i.RowSize) > longest) return null;
        var tensors = model.Inputs.Select(i => new Values(i, [.. Enumerable.Repeat(i.IsNumeric ? "0" : "text", (int)i.RowSize)], static _ => "")).ToList();
        return Write(tensors).TryGet(out var request) ? request : null;
    }

    private sealed record Values(TensorMetadata Input, IReadOnlyList<string> Texts, Func<int, string> Where);

    private static Result<byte[]> Write(IReadOnlyList<Values> tensors)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var problems = new List<Problem>();
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteStartArray("inputs");
        foreach (var values in tensors)
        {
            if (ShapeFor(values.Input, values.Texts.Count) is { } shape) WriteTensor(writer, values, shape, problems);
            else problems.Add(PredictProblems.WrongCount(values.Input, values.Texts.Count));
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return problems.Count == 0 ? buffer.WrittenSpan.ToArray() : Result.Fail<byte[]>(problems);
    }

    private static void WriteTensor(Utf8JsonWriter writer, Values values, IReadOnlyList<long> shape, List<Problem> problems)
    {
        writer.WriteStartObject();
        writer.WriteString("name", values.Input.Name);
        writer.WriteString("datatype", values.Input.Datatype);
        writer.WriteStartArray("shape");
        foreach (var size in shape) writer.WriteNumberValue(size);
        writer.WriteEndArray();
        writer.WriteStartArray("data");
        for (var i = 0; i < values.Texts.Count; i++)
        {
            if (!ValueText.TryWrite(writer, values.Texts[i], values.Input.Datatype)) problems.Add(PredictProblems.BadValue(values.Where(i), values.Texts[i], values.Input.Datatype));
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>The first free size takes what the values give; the other free ones are 1. Null when they do not come out even.</summary>
    internal static IReadOnlyList<long>? ShapeFor(TensorMetadata input, int count)
    {
        var shape = input.RowShape.ToArray();
        var free = input.Shape.ToList().FindIndex(static d => d < 0);
        if (input.RowSize == count) return shape;
        if (free < 0 || input.RowSize == 0 || count % input.RowSize != 0) return null;
        shape[free] = count / input.RowSize;
        return shape;
    }
}

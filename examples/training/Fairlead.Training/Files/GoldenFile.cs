using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fairlead.Training.Files;

/// <summary>A tensor of a request or an answer, as in the Open Inference Protocol's JSON.</summary>
/// <param name="Data">Row by row.</param>
public sealed record GoldenTensor(string Name, string Datatype, IReadOnlyList<int> Shape, IReadOnlyList<double> Data);

/// <summary>A request with the answer that it must get.</summary>
public sealed record GoldenCase(string Name, IReadOnlyList<GoldenTensor> Inputs, IReadOnlyList<GoldenTensor> Outputs);

/// <summary>Writes <c>golden.json</c>, one case a line, so that a change shows in a diff as the cases that changed.</summary>
public static class GoldenFile
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="tolerance">How far a floating-point answer may lie from the expected one; whole numbers must be equal.</param>
    public static byte[] Write(string tolerance, IReadOnlyList<GoldenCase> cases)
    {
        var lines = string.Join(",\n", cases.Select(c => "    " + WriteCase(c)));
        return Encoding.UTF8.GetBytes($"{{\n  \"tolerance\": {tolerance},\n  \"cases\": [\n{lines}\n  ]\n}}\n");
    }

    private static string WriteCase(GoldenCase golden)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Json))
        {
            writer.WriteStartObject();
            writer.WriteString("name", golden.Name);
            WriteTensors(writer, "request", "inputs", golden.Inputs);
            WriteTensors(writer, "response", "outputs", golden.Outputs);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteTensors(Utf8JsonWriter writer, string part, string list, IReadOnlyList<GoldenTensor> tensors)
    {
        writer.WriteStartObject(part);
        writer.WriteStartArray(list);
        foreach (var tensor in tensors)
        {
            writer.WriteStartObject();
            writer.WriteString("name", tensor.Name);
            writer.WriteString("datatype", tensor.Datatype);
            writer.WriteStartArray("shape");
            foreach (var size in tensor.Shape) writer.WriteNumberValue(size);
            writer.WriteEndArray();
            writer.WriteStartArray("data");
            foreach (var value in tensor.Data) WriteValue(writer, tensor.Datatype, value);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, string datatype, double value)
    {
        if (datatype == "FP32") writer.WriteNumberValue((float)value);
        else writer.WriteNumberValue((long)value);
    }
}

using System.Text;
using System.Text.Json;

namespace Penguins.Train;

/// <summary>The same model as plain numbers, for the example that serves it from Python.</summary>
internal static class PenguinWeights
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    internal static byte[] Write(PenguinModel model)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Indented))
        {
            writer.WriteStartObject();
            WriteNames(writer, "species", PenguinData.Species);
            writer.WriteStartArray("features");
            for (var f = 0; f < PenguinData.Features.Length; f++) WriteFeature(writer, model, f);
            writer.WriteEndArray();
            WriteNumbers(writer, "bias", model.Bias);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(stream.ToArray()) + "\n");
    }

    private static void WriteFeature(Utf8JsonWriter writer, PenguinModel model, int feature)
    {
        writer.WriteStartObject();
        writer.WriteString("name", PenguinData.Features[feature].Input);
        writer.WriteNumber("mean", model.Means[feature]);
        writer.WriteNumber("deviation", model.Deviations[feature]);
        WriteNumbers(writer, "weights", model.Weights.AsSpan(feature * PenguinData.Species.Length, PenguinData.Species.Length));
        writer.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, ReadOnlySpan<float> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }
}

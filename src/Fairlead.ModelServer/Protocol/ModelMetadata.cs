using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairlead.Core.Models;
using Fairlead.ModelServer.Loading;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Protocol;

/// <summary>The model's metadata as JSON (protocol, "Model Metadata"); <c>labels</c> on an output is ours. Written once per model.</summary>
internal static class ModelMetadata
{
    public const string Platform = "onnxruntime_onnx";

    public static byte[] Write(ModelDescriptor descriptor, ModelSignature signature, IReadOnlyDictionary<string, IReadOnlyList<string>> labels)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("name", descriptor.Name);
        json.WriteStartArray("versions");
        json.WriteStringValue(descriptor.Version);
        json.WriteEndArray();
        json.WriteString("platform", Platform);
        WriteTensors(json, "inputs", signature.Inputs, null);
        WriteTensors(json, "outputs", signature.Outputs, labels);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteTensors(Utf8JsonWriter json, string key, IReadOnlyList<TensorInfo> tensors, IReadOnlyDictionary<string, IReadOnlyList<string>>? labels)
    {
        json.WriteStartArray(key);
        foreach (var tensor in tensors)
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteString("datatype", Datatypes.NameOf(tensor.Type));
            json.WriteStartArray("shape");
            foreach (var size in tensor.Shape) json.WriteNumberValue(size);
            json.WriteEndArray();
            if (labels is not null && labels.TryGetValue(tensor.Name, out var names))
            {
                json.WriteStartArray("labels");
                foreach (var name in names) json.WriteStringValue(name);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairlead.ModelServer.Loading;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Protocol;

/// <summary>Writes the answer to an inference request (protocol, "Inference Response JSON Object").</summary>
internal static class InferResponseWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? cached;

    /// <exception cref="RequestRefusedException">An output holds what JSON has no form for.</exception>
    public static void Write(IBufferWriter<byte> target, ServedModel model, string? id, OnnxOutputs outputs)
    {
        var json = cached ??= new Utf8JsonWriter(Stream.Null, Options);
        json.Reset(target);
        json.WriteStartObject();
        if (id is not null) json.WriteString("id"u8, id);
        json.WriteString("model_name"u8, model.EncodedName);
        json.WriteString("model_version"u8, model.EncodedVersion);
        json.WriteStartArray("outputs"u8);
        for (var i = 0; i < outputs.Count; i++) WriteOutput(json, outputs[i]);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteOutput(Utf8JsonWriter json, OnnxOutput output)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, output.Name);
        json.WriteString("datatype"u8, Datatypes.NameOf(output.Type));
        json.WriteStartArray("shape"u8);
        foreach (var size in output.Shape) json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WritePropertyName("data"u8);
        TensorDataWriter.Write(json, output);
        json.WriteEndObject();
    }
}

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Running;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Protocol;

/// <summary>Writes the answer to an inference request (protocol, "Inference Response JSON Object").</summary>
internal static class InferResponseWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? cached;

    /// <summary>The JSON, and behind it the outputs that are wanted as bytes; notes in the request where those begin.</summary>
    /// <exception cref="RequestRefusedException">An output holds what JSON has no form for.</exception>
    public static void Write(PooledBuffer target, ServedModel model, InferRequest request, OnnxOutputs outputs)
    {
        WriteJson(target, model, request, outputs);
        for (var i = 0; i < outputs.Count; i++)
        {
            if (!request.WantsBinary(i)) continue;
            request.AnswerHeader ??= target.Length;
            BinaryTensors.Write(target, outputs[i]);
        }
    }

    private static void WriteJson(IBufferWriter<byte> target, ServedModel model, InferRequest request, OnnxOutputs outputs)
    {
        var json = cached ??= new Utf8JsonWriter(Stream.Null, Options);
        json.Reset(target);
        json.WriteStartObject();
        if (request.Id is { } id) json.WriteString("id"u8, id);
        json.WriteString("model_name"u8, model.EncodedName);
        json.WriteString("model_version"u8, model.EncodedVersion);
        json.WriteStartArray("outputs"u8);
        for (var i = 0; i < outputs.Count; i++) WriteOutput(json, outputs[i], request.WantsBinary(i));
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteOutput(Utf8JsonWriter json, OnnxOutput output, bool binary)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, output.Name);
        json.WriteString("datatype"u8, Datatypes.NameOf(output.Type));
        json.WriteStartArray("shape"u8);
        foreach (var size in output.Shape) json.WriteNumberValue(size);
        json.WriteEndArray();
        if (binary)
        {
            json.WriteStartObject("parameters"u8);
            json.WriteNumber("binary_data_size"u8, BinaryTensors.SizeOf(output));
            json.WriteEndObject();
        }
        else
        {
            json.WritePropertyName("data"u8);
            TensorDataWriter.Write(json, output);
        }

        json.WriteEndObject();
    }
}

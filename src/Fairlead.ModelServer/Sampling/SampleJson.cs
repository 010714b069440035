using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairlead.ModelServer.Protocol;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Sampling;

/// <summary>A sample as one line of JSON.</summary>
internal static class SampleJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(IBufferWriter<byte> target, Sample sample)
    {
        using (var json = new Utf8JsonWriter(target, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", sample.Time.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture));
            json.WriteString("request_id", sample.RequestId);
            if (sample.Id is not null) json.WriteString("id", sample.Id);
            if (sample.Model is not null) json.WriteString("model", sample.Model);
            if (sample.Version is not null) json.WriteString("version", sample.Version);
            json.WriteNumber("code", sample.Status);
            json.WriteNumber("duration_seconds", Math.Round(sample.Took.TotalSeconds, 6));
            if (sample.Error is not null) json.WriteString("error", sample.Error);
            WriteTensors(json, "inputs", sample.Inputs);
            WriteTensors(json, "outputs", sample.Outputs);
            json.WriteEndObject();
        }

        target.Write("\n"u8);
    }

    private static void WriteTensors(Utf8JsonWriter json, string key, IReadOnlyList<SampledTensor>? tensors)
    {
        if (tensors is null) return;
        json.WriteStartArray(key);
        foreach (var tensor in tensors) WriteTensor(json, tensor);
        json.WriteEndArray();
    }

    private static void WriteTensor(Utf8JsonWriter json, SampledTensor tensor)
    {
        json.WriteStartObject();
        json.WriteString("name", tensor.Name);
        json.WriteString("datatype", Datatypes.NameOf(tensor.Type));
        json.WriteStartArray("shape");
        foreach (var size in tensor.Shape) json.WriteNumberValue(size);
        json.WriteEndArray();
        if (tensor.Redacted)
        {
            json.WriteString("data", Redaction.Placeholder);
        }
        else
        {
            json.WriteStartArray("data");
            WriteElements(json, tensor);
            json.WriteEndArray();
            if (tensor.Kept < tensor.Elements) json.WriteString("truncated", $"the first {tensor.Kept} of {tensor.Elements} elements");
        }

        json.WriteEndObject();
    }

    private static void WriteElements(Utf8JsonWriter json, SampledTensor tensor)
    {
        ReadOnlySpan<byte> bytes = tensor.Bytes;
        switch (tensor.Type)
        {
            case TensorType.Bool: foreach (var v in bytes) json.WriteBooleanValue(v != 0); break;
            case TensorType.UInt8: foreach (var v in bytes) json.WriteNumberValue((int)v); break;
            case TensorType.UInt16: foreach (var v in MemoryMarshal.Cast<byte, ushort>(bytes)) json.WriteNumberValue((int)v); break;
            case TensorType.UInt32: foreach (var v in MemoryMarshal.Cast<byte, uint>(bytes)) json.WriteNumberValue(v); break;
            case TensorType.UInt64: foreach (var v in MemoryMarshal.Cast<byte, ulong>(bytes)) json.WriteNumberValue(v); break;
            case TensorType.Int8: foreach (var v in MemoryMarshal.Cast<byte, sbyte>(bytes)) json.WriteNumberValue((int)v); break;
            case TensorType.Int16: foreach (var v in MemoryMarshal.Cast<byte, short>(bytes)) json.WriteNumberValue((int)v); break;
            case TensorType.Int32: foreach (var v in MemoryMarshal.Cast<byte, int>(bytes)) json.WriteNumberValue(v); break;
            case TensorType.Int64: foreach (var v in MemoryMarshal.Cast<byte, long>(bytes)) json.WriteNumberValue(v); break;
            case TensorType.Float16: foreach (var v in MemoryMarshal.Cast<byte, Half>(bytes)) WriteNumber(json, (float)v); break;
            case TensorType.Float32: foreach (var v in MemoryMarshal.Cast<byte, float>(bytes)) WriteNumber(json, v); break;
            case TensorType.Float64: foreach (var v in MemoryMarshal.Cast<byte, double>(bytes)) WriteNumber(json, v); break;
            default: foreach (var text in tensor.Texts!) json.WriteStringValue(Encoding.UTF8.GetString(text)); break;
        }
    }

    // JSON has no form for NaN and infinities; as texts they are still told apart.
    private static void WriteNumber(Utf8JsonWriter json, float value)
    {
        if (float.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    private static void WriteNumber(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }
}

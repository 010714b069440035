using System.Runtime.InteropServices;
using System.Text.Json;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Protocol;

/// <summary>Writes a tensor's elements as one flat JSON array.</summary>
internal static class TensorDataWriter
{
    /// <exception cref="RequestRefusedException">An element is something that JSON has no form for.</exception>
    public static void Write(Utf8JsonWriter json, OnnxOutput output)
    {
        json.WriteStartArray();
        if (output.Type == TensorType.String) WriteStrings(json, output);
        else WriteNumbers(json, output);
        json.WriteEndArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, OnnxOutput output)
    {
        var bytes = output.Bytes;
        switch (output.Type)
        {
            case TensorType.Bool: foreach (var value in bytes) json.WriteBooleanValue(value != 0); break;
            case TensorType.UInt8: foreach (var value in bytes) json.WriteNumberValue((uint)value); break;
            case TensorType.UInt16: foreach (var value in MemoryMarshal.Cast<byte, ushort>(bytes)) json.WriteNumberValue((uint)value); break;
            case TensorType.UInt32: foreach (var value in MemoryMarshal.Cast<byte, uint>(bytes)) json.WriteNumberValue(value); break;
            case TensorType.UInt64: foreach (var value in MemoryMarshal.Cast<byte, ulong>(bytes)) json.WriteNumberValue(value); break;
            case TensorType.Int8: foreach (var value in MemoryMarshal.Cast<byte, sbyte>(bytes)) json.WriteNumberValue((int)value); break;
            case TensorType.Int16: foreach (var value in MemoryMarshal.Cast<byte, short>(bytes)) json.WriteNumberValue((int)value); break;
            case TensorType.Int32: foreach (var value in MemoryMarshal.Cast<byte, int>(bytes)) json.WriteNumberValue(value); break;
            case TensorType.Int64: foreach (var value in MemoryMarshal.Cast<byte, long>(bytes)) json.WriteNumberValue(value); break;
            case TensorType.Float16: foreach (var value in MemoryMarshal.Cast<byte, Half>(bytes)) WriteSingle(json, output, (float)value); break;
            case TensorType.Float32: foreach (var value in MemoryMarshal.Cast<byte, float>(bytes)) WriteSingle(json, output, value); break;
            case TensorType.Float64: foreach (var value in MemoryMarshal.Cast<byte, double>(bytes)) WriteDouble(json, output, value); break;
            default: throw new ArgumentOutOfRangeException(nameof(output), output.Type, null);
        }
    }

    private static void WriteSingle(Utf8JsonWriter json, OnnxOutput output, float value)
    {
        if (!float.IsFinite(value)) throw NoNumber(output, value);
        json.WriteNumberValue(value);
    }

    private static void WriteDouble(Utf8JsonWriter json, OnnxOutput output, double value)
    {
        if (!double.IsFinite(value)) throw NoNumber(output, value);
        json.WriteNumberValue(value);
    }

    private static void WriteStrings(Utf8JsonWriter json, OnnxOutput output)
    {
        foreach (var value in output.ToTensor().Strings)
        {
            if (!System.Text.Unicode.Utf8.IsValid(value))
            {
                throw new RequestRefusedException(StatusCodes.Status500InternalServerError, $"The model's output '{output.Name}' holds bytes that are not UTF-8 text, which JSON cannot carry.");
            }

            json.WriteStringValue(value);
        }
    }

    private static RequestRefusedException NoNumber(OnnxOutput output, double value) =>
        new(StatusCodes.Status500InternalServerError, $"The model's output '{output.Name}' holds {value}, which JSON cannot carry.");
}

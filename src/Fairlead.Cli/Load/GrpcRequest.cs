using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Fairlead.Telemetry.Otlp;

namespace Fairlead.Cli.Load;

/// <summary>
/// Turns an infer request of the protocol's JSON form into a framed <c>ModelInferRequest</c> with raw contents.
/// Field numbers: open-inference-protocol, <c>open_inference_grpc.proto</c>.
/// </summary>
internal static class GrpcRequest
{
    private const int FrameHead = 5;

    /// <exception cref="FormatException">It is no infer request, or a value does not fit its datatype.</exception>
    public static byte[] Frame(string model, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var message = new ProtoBuffer();
            message.Reserve(FrameHead).Clear();
            message.Text(1, model);
            var raw = new List<byte[]>();
            foreach (var input in document.RootElement.GetProperty("inputs").EnumerateArray()) raw.Add(Input(message, input));
            foreach (var contents in raw)
            {
                var at = message.Begin(7);
                contents.CopyTo(message.Reserve(contents.Length));
                message.End(at);
            }

            var framed = message.Written.ToArray();
            BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), framed.Length - FrameHead);
            return framed;
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or OverflowException)
        {
            throw new FormatException(failure.Message, failure);
        }
    }

    private static byte[] Input(ProtoBuffer message, JsonElement input)
    {
        var datatype = input.GetProperty("datatype").GetString()!;
        var at = message.Begin(5);
        message.Text(1, input.GetProperty("name").GetString());
        message.Text(2, datatype);
        foreach (var size in input.GetProperty("shape").EnumerateArray()) message.Number(3, size.GetInt64());
        message.End(at);
        using var bytes = new MemoryStream();
        Append(bytes, input.GetProperty("data"), datatype);
        return bytes.ToArray();
    }

    // Data may be nested as the shape says or flat: the order is the same.
    private static void Append(MemoryStream bytes, JsonElement data, string datatype)
    {
        if (data.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in data.EnumerateArray()) Append(bytes, element, datatype);
            return;
        }

        Span<byte> scalar = stackalloc byte[8];
        bytes.Write(Scalar(scalar, data, datatype));
    }

    private static ReadOnlySpan<byte> Scalar(Span<byte> into, JsonElement value, string datatype)
    {
        switch (datatype)
        {
            case "BOOL": into[0] = value.GetBoolean() ? (byte)1 : (byte)0; return into[..1];
            case "INT8": into[0] = (byte)value.GetSByte(); return into[..1];
            case "UINT8": into[0] = value.GetByte(); return into[..1];
            case "INT16": BinaryPrimitives.WriteInt16LittleEndian(into, value.GetInt16()); return into[..2];
            case "UINT16": BinaryPrimitives.WriteUInt16LittleEndian(into, value.GetUInt16()); return into[..2];
            case "FP16": BinaryPrimitives.WriteHalfLittleEndian(into, (Half)value.GetDouble()); return into[..2];
            case "INT32": BinaryPrimitives.WriteInt32LittleEndian(into, value.GetInt32()); return into[..4];
            case "UINT32": BinaryPrimitives.WriteUInt32LittleEndian(into, value.GetUInt32()); return into[..4];
            case "FP32": BinaryPrimitives.WriteSingleLittleEndian(into, value.GetSingle()); return into[..4];
            case "INT64": BinaryPrimitives.WriteInt64LittleEndian(into, value.GetInt64()); return into;
            case "UINT64": BinaryPrimitives.WriteUInt64LittleEndian(into, value.GetUInt64()); return into;
            case "FP64": BinaryPrimitives.WriteDoubleLittleEndian(into, value.GetDouble()); return into;
            case "BYTES": return Text(value.GetString()!);
            default: throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{datatype}' is no datatype of the protocol."));
        }
    }

    private static byte[] Text(string text)
    {
        var bytes = new byte[4 + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - 4);
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(4));
        return bytes;
    }
}

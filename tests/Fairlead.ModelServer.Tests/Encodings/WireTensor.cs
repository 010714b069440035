using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Fairlead.ModelServer.Grpc;
using Fairlead.Onnx;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Encodings;

/// <summary>A tensor of one dimension as the tests hold it: one piece of bytes per element, and each encoding of it.</summary>
internal sealed record WireTensor(TensorType Type, byte[][] Elements)
{
    public bool JsonCarriesIt => Elements.All(e => Type switch
    {
        TensorType.Float16 => Half.IsFinite(BitConverter.ToHalf(e)),
        TensorType.Float32 => float.IsFinite(BitConverter.ToSingle(e)),
        TensorType.Float64 => double.IsFinite(BitConverter.ToDouble(e)),
        TensorType.String => System.Text.Unicode.Utf8.IsValid(e),
        _ => true,
    });

    public byte[] Raw => [.. Elements.SelectMany(e => Type == TensorType.String ? [.. BitConverter.GetBytes(e.Length), .. e] : e)];

    public string Json => "[" + string.Join(',', Elements.Select(JsonOf)) + "]";

    /// <summary>InferTensorContents; <paramref name="packed"/> or one by one.</summary>
    public ProtoBytes Typed(bool packed)
    {
        var (field, contents) = (TypedContents.FieldOf(Type)!.Value, new ProtoBytes());
        if (Type is TensorType.String) return Elements.Aggregate(contents, (c, e) => c.Bytes(field, e));
        if (Type is TensorType.Float32 or TensorType.Float64) return contents.Bytes(field, Raw);
        if (!packed) return Elements.Aggregate(contents, (c, e) => c.Number(field, NumberOf(e)));

        // A field written alone is its tag of one byte and the number.
        return contents.Bytes(field, Elements.SelectMany(e => new ProtoBytes().Number(1, NumberOf(e)).ToArray()[1..]).ToArray());
    }

    public static WireTensor OfRaw(TensorType type, ReadOnlySpan<byte> raw)
    {
        var elements = new List<byte[]>();
        while (!raw.IsEmpty)
        {
            var (start, length) = type == TensorType.String ? (4, BinaryPrimitives.ReadInt32LittleEndian(raw)) : (0, type.ElementSize());
            elements.Add(raw.Slice(start, length).ToArray());
            raw = raw[(start + length)..];
        }

        return new WireTensor(type, [.. elements]);
    }

    public static WireTensor OfJson(TensorType type, JsonElement data) => new(type, [.. data.EnumerateArray().Select(e => BytesOf(type, e))]);

    public static WireTensor OfTyped(TensorType type, byte[] contents)
    {
        var parts = GrpcReply(contents, TypedContents.FieldOf(type)!.Value);
        if (type == TensorType.String) return new WireTensor(type, [.. parts]);
        var packed = parts.SelectMany(p => p).ToArray();
        if (type is TensorType.Float32 or TensorType.Float64) return OfRaw(type, packed);
        var (elements, proto) = (new List<byte[]>(), 0);
        while (proto < packed.Length)
        {
            var reader = new ProtoReader(packed.AsSpan(proto));
            elements.Add(BitConverter.GetBytes(reader.Varint())[..type.ElementSize()]);
            proto += reader.Position;
        }

        return new WireTensor(type, [.. elements]);
    }

    /// <summary>Bits, since NaN equals nothing.</summary>
    public override string ToString() => $"{Type} [{string.Join(' ', Elements.Select(Convert.ToHexString))}]";

    private static IEnumerable<byte[]> GrpcReply(byte[] contents, int field) => Grpc.GrpcReply.FieldsOf(contents).Where(f => f.Field == field).Select(f => f.Bytes);

    private string JsonOf(byte[] e) => Type switch
    {
        TensorType.Bool => e[0] == 1 ? "true" : "false",
        TensorType.Float16 => JsonSerializer.Serialize((float)BitConverter.ToHalf(e)),
        TensorType.Float32 => JsonSerializer.Serialize(BitConverter.ToSingle(e)),
        TensorType.Float64 => JsonSerializer.Serialize(BitConverter.ToDouble(e)),
        TensorType.String => JsonSerializer.Serialize(Encoding.UTF8.GetString(e)),
        TensorType.UInt64 => BitConverter.ToUInt64(e).ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => NumberOf(e).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private long NumberOf(byte[] e) => Type switch
    {
        TensorType.Bool or TensorType.UInt8 => e[0],
        TensorType.Int8 => (sbyte)e[0],
        TensorType.UInt16 => BitConverter.ToUInt16(e),
        TensorType.Int16 => BitConverter.ToInt16(e),
        TensorType.UInt32 => BitConverter.ToUInt32(e),
        TensorType.Int32 => BitConverter.ToInt32(e),
        _ => BitConverter.ToInt64(e),
    };

    private static byte[] BytesOf(TensorType type, JsonElement e) => type switch
    {
        TensorType.Bool => [e.GetBoolean() ? (byte)1 : (byte)0],
        TensorType.Float16 => BitConverter.GetBytes((Half)e.GetSingle()),
        TensorType.Float32 => BitConverter.GetBytes(e.GetSingle()),
        TensorType.Float64 => BitConverter.GetBytes(e.GetDouble()),
        TensorType.String => Encoding.UTF8.GetBytes(e.GetString()!),
        TensorType.UInt64 => BitConverter.GetBytes(e.GetUInt64()),
        _ => BitConverter.GetBytes(e.GetInt64())[..type.ElementSize()],
    };
}

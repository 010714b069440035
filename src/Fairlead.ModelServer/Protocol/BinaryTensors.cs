using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Protocol;

/// <summary>
/// Tensors as bytes, as the binary tensor extension and gRPC's raw contents carry them: little-endian, row by row, BOOL one
/// byte, FP16 two, BYTES each behind its length in four. NaN and infinities pass bit for bit.
/// </summary>
internal static class BinaryTensors
{
    private const int LengthPrefix = 4;

    /// <summary>Makes the bytes an input of the request, where they lie when they are aligned for their type.</summary>
    /// <exception cref="RequestRefusedException">The bytes are not what datatype and shape say.</exception>
    public static void Bind(InferRequest request, int index, TensorInfo info, TensorType type, long[] shape, Memory<byte> bytes)
    {
        TensorHeaderReader.Check(request, index, info, type, shape);

        // No element is smaller than a byte: more elements than bytes are refused before the product can overflow.
        var elements = TensorHeaderReader.ElementsOf(info.Name, shape, bytes.Length);
        if (type == TensorType.String)
        {
            request.Inputs[index] = new NamedTensor(info.Name, Tensor.OfStrings(shape, ReadStrings(info.Name, elements, bytes.Span)));
            return;
        }

        if ((long)elements * type.ElementSize() != bytes.Length)
        {
            throw new RequestRefusedException($"The input '{info.Name}' is {(long)elements * type.ElementSize()} bytes as its datatype and shape say; it has {bytes.Length}.");
        }

        if (type == TensorType.Bool && bytes.Span.ContainsAnyExceptInRange((byte)0, (byte)1)) throw new RequestRefusedException($"The input '{info.Name}' is BOOL and has a byte that is neither 0 nor 1.");
        request.Inputs[index] = new NamedTensor(info.Name, Tensor.OfBytes(type, shape, Aligned(request, index, type, bytes)));
    }

    public static int SizeOf(OnnxOutput output) =>
        output.Type == TensorType.String ? output.ToTensor().Strings.Sum(s => LengthPrefix + s.Length) : output.Bytes.Length;

    public static void Write(IBufferWriter<byte> target, OnnxOutput output)
    {
        if (output.Type != TensorType.String)
        {
            target.Write(output.Bytes);
            return;
        }

        foreach (var text in output.ToTensor().Strings)
        {
            BinaryPrimitives.WriteInt32LittleEndian(target.GetSpan(LengthPrefix), text.Length);
            target.Advance(LengthPrefix);
            target.Write(text);
        }
    }

    /// <summary>An array's data begins at a multiple of eight, so the place in the array tells.</summary>
    private static Memory<byte> Aligned(InferRequest request, int index, TensorType type, Memory<byte> bytes)
    {
        if (bytes.IsEmpty || (MemoryMarshal.TryGetArray<byte>(bytes, out var place) && place.Offset % type.ElementSize() == 0)) return bytes;
        var copy = request.Rent(index, bytes.Length);
        bytes.CopyTo(copy);
        return copy;
    }

    private static byte[][] ReadStrings(string input, int elements, ReadOnlySpan<byte> bytes)
    {
        // Each takes at least its length: checked before memory is taken for them.
        if (elements > bytes.Length / LengthPrefix) throw WrongStrings(input, elements);
        var strings = new byte[elements][];
        for (var i = 0; i < elements; i++)
        {
            if (bytes.Length < LengthPrefix) throw WrongStrings(input, elements);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            if (length > bytes.Length - LengthPrefix) throw WrongStrings(input, elements);
            strings[i] = bytes.Slice(LengthPrefix, (int)length).ToArray();
            bytes = bytes[(LengthPrefix + (int)length)..];
        }

        return bytes.IsEmpty ? strings : throw WrongStrings(input, elements);
    }

    private static RequestRefusedException WrongStrings(string input, int elements) =>
        new($"The input '{input}': its bytes are not {elements} texts, each behind its length in 4 bytes.");
}

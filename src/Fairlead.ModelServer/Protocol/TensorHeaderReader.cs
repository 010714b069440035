using System.Text.Json;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Protocol;

/// <summary>A tensor's datatype and shape, and whether they fit the model's input.</summary>
internal static class TensorHeaderReader
{
    public const int MostDimensions = 32;

    public static TensorType Type(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String) throw new RequestRefusedException("An input's 'datatype' is not a string.");
        Span<char> name = stackalloc char[16];
        if (json.ValueSpan.Length <= 6 && !json.ValueIsEscaped)
        {
            var length = System.Text.Encoding.Latin1.GetChars(json.ValueSpan, name);
            if (Datatypes.TryParse(name[..length], out var type)) return type;
        }

        throw new RequestRefusedException($"'{JsonKeys.Text(ref json, "An input's 'datatype'")}' is no datatype of the protocol.");
    }

    public static long[] Shape(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray) throw new RequestRefusedException("An input's 'shape' is not an array.");
        Span<long> sizes = stackalloc long[MostDimensions];
        var rank = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (rank == MostDimensions) throw new RequestRefusedException($"An input's 'shape' has more than {MostDimensions} dimensions.");
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var size) || size < 0)
            {
                throw new RequestRefusedException("An input's 'shape' holds something that is not a whole number of 0 or more.");
            }

            sizes[rank++] = size;
        }

        return sizes[..rank].ToArray();
    }

    /// <summary>Whether the tensor may take the place of the model's input <paramref name="index"/>.</summary>
    public static void Check(InferRequest request, int index, TensorInfo info, TensorType type, long[] shape)
    {
        if (request.Inputs[index] is not null) throw new RequestRefusedException($"The input '{info.Name}' is given twice.");
        if (type != info.Type)
        {
            throw new RequestRefusedException($"The input '{info.Name}' is {Datatypes.NameOf(info.Type)} in this model; the request says {Datatypes.NameOf(type)}.");
        }

        if (request.MaxTensor < long.MaxValue) CheckSize(request.MaxTensor, info.Name, type, shape);

        // A model that declares no shape takes any: ONNX Runtime cannot tell it from a scalar's.
        if (info.Shape.Count == 0) return;
        var fits = shape.Length == info.Shape.Count;
        for (var i = 0; fits && i < shape.Length; i++) fits = info.Shape[i] < 0 || info.Shape[i] == shape[i];
        if (!fits) throw new RequestRefusedException($"The input '{info.Name}' has the shape [{string.Join(',', info.Shape)}] in this model (-1 is any size); the request says [{string.Join(',', shape)}].");
    }

    private static void CheckSize(long most, string input, TensorType type, long[] shape)
    {
        // An element of BYTES is a reference at least.
        var bytes = type == TensorType.String ? (Int128)8 : type.ElementSize();
        foreach (var size in shape)
        {
            bytes *= size;
            if (bytes > long.MaxValue) break;
        }

        if (bytes > most) throw new RequestRefusedException(StatusCodes.Status413PayloadTooLarge, $"The input '{input}' with the shape [{string.Join(',', shape)}] is larger than the limit of {new Core.Units.ByteSize(most)} for a tensor.");
    }

    /// <param name="most">More elements than these cannot be in the request.</param>
    public static int ElementsOf(string input, long[] shape, int most)
    {
        // A shape with a 0 has no elements, but its other sizes must not overflow either.
        var none = shape.AsSpan().Contains(0);
        if (none) most = int.MaxValue;
        var elements = 1L;
        foreach (var size in shape)
        {
            if (size == 0) continue;
            if (elements > most / size) throw new RequestRefusedException($"The input '{input}' has the shape [{string.Join(',', shape)}], which asks for more elements than the request holds.");
            elements *= size;
        }

        return none ? 0 : (int)elements;
    }
}

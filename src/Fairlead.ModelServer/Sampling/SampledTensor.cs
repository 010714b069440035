using Fairlead.Onnx;

namespace Fairlead.ModelServer.Sampling;

/// <summary>A copy of a tensor's first elements. Its cost is bounded, whatever the tensor's size.</summary>
/// <param name="Elements">How many the tensor has.</param>
/// <param name="Bytes">Of the elements kept; empty for texts and what is redacted.</param>
/// <param name="Texts">Null for numbers and what is redacted.</param>
internal sealed record SampledTensor(string Name, TensorType Type, long[] Shape, long Elements, byte[] Bytes, byte[][]? Texts, bool Redacted)
{
    public const int MostElements = 256;
    private const int MostTextBytes = 16 << 10;

    /// <summary>Elements kept.</summary>
    public int Kept => Texts?.Length ?? Bytes.Length / Math.Max(1, Type.ElementSize());

    public static SampledTensor Of(NamedTensor tensor, bool redacted) =>
        Of(tensor.Name, tensor.Tensor.Type, [.. tensor.Tensor.Shape], redacted, tensor.Tensor.Bytes.Span, tensor.Tensor.Type == TensorType.String ? tensor.Tensor.Strings : null);

    /// <summary>While the output lies in ONNX Runtime's memory.</summary>
    public static SampledTensor Of(OnnxOutput output, bool redacted) =>
        Of(output.Name, output.Type, [.. output.Shape], redacted, output.Type == TensorType.String ? default : output.Bytes, output.Type == TensorType.String ? output.ToTensor().Strings : null);

    private static SampledTensor Of(string name, TensorType type, long[] shape, bool redacted, ReadOnlySpan<byte> bytes, IReadOnlyList<byte[]>? texts)
    {
        long elements = texts?.Count ?? bytes.Length / type.ElementSize();
        if (redacted) return new SampledTensor(name, type, shape, elements, [], null, true);
        if (texts is not null) return new SampledTensor(name, type, shape, elements, [], FirstOf(texts), false);
        return new SampledTensor(name, type, shape, elements, bytes[..(int)Math.Min(bytes.Length, (long)MostElements * type.ElementSize())].ToArray(), null, false);
    }

    private static byte[][] FirstOf(IReadOnlyList<byte[]> texts)
    {
        var first = new List<byte[]>();
        for (var (i, left) = (0, MostTextBytes); i < texts.Count && i < MostElements && left > 0; i++)
        {
            first.Add(texts[i].Length <= left ? texts[i] : texts[i][..left]);
            left -= texts[i].Length;
        }

        return [.. first];
    }
}

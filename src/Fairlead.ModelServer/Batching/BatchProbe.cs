using System.Runtime.InteropServices;
using Fairlead.ModelServer.Loading;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Batching;

/// <summary>
/// Whether a row's answer depends on its neighbours: a free first size may be a sequence, and a model may normalise over it.
/// Two different rows are run together and each by itself, and the answers must be the same.
/// </summary>
internal static class BatchProbe
{
    // Sums are added in another order in a batch: the last digits differ.
    private const double Tolerance = 1e-3;

    /// <summary>Why rows may not be run together, in plain words; null when they may.</summary>
    /// <exception cref="OnnxException">The model does not take the rows of the probe.</exception>
    public static string? Obstacle(OnnxModel model, CancellationToken cancellationToken)
    {
        var rows = new[] { Row(model.Inputs, 0), Row(model.Inputs, 1) };
        using var inputs = BatchInputs.Gather(rows);
        using var together = model.Evaluate(inputs.Tensors, null, cancellationToken);
        if (together.Split([1, 1]) is not { } parts) return "an output does not have the rows of the inputs";
        using var first = parts[0];
        using var second = parts[1];
        for (var i = 0; i < parts.Length; i++)
        {
            using var alone = model.Evaluate(rows[i], null, cancellationToken);
            for (var output = 0; output < alone.Count; output++)
            {
                if (!Same(alone[output], parts[i][output])) return $"a row's '{alone[output].Name}' depends on the other rows";
            }
        }

        return null;
    }

    private static NamedTensor[] Row(IReadOnlyList<TensorInfo> inputs, int row) => [.. inputs.Select(i => new NamedTensor(i.Name, Values(i, row)))];

    /// <summary>Small values that differ between the rows and along each, and are at most 1: whole numbers are often indices. Texts are empty.</summary>
    private static Tensor Values(TensorInfo input, int row)
    {
        var zeros = WarmUp.Zeros(input, 1);
        var elements = input.Type == TensorType.String ? 0 : zeros.Bytes.Length / input.Type.ElementSize();
        for (var i = 0; i < elements; i++) Set(zeros, i, (i + row) % 2, (((i * 7) + (row * 3)) % 5) / 4.0);
        return zeros;
    }

    private static void Set(Tensor tensor, int index, int whole, double real)
    {
        switch (tensor.Type)
        {
            case TensorType.Float64: tensor.AsSpan<double>()[index] = real; break;
            case TensorType.Float32: tensor.AsSpan<float>()[index] = (float)real; break;
            case TensorType.Float16: tensor.AsSpan<Half>()[index] = (Half)real; break;
            default: tensor.Bytes.Span[index * tensor.Type.ElementSize()] = (byte)whole; break;
        }
    }

    private static bool Same(OnnxOutput alone, OnnxOutput part) => alone.Shape.SequenceEqual(part.Shape) && alone.Type switch
    {
        TensorType.Float64 => Near(MemoryMarshal.Cast<byte, double>(alone.Bytes), MemoryMarshal.Cast<byte, double>(part.Bytes), static v => v),
        TensorType.Float32 => Near(MemoryMarshal.Cast<byte, float>(alone.Bytes), MemoryMarshal.Cast<byte, float>(part.Bytes), static v => v),
        TensorType.Float16 => Near(MemoryMarshal.Cast<byte, Half>(alone.Bytes), MemoryMarshal.Cast<byte, Half>(part.Bytes), static v => (double)v),
        TensorType.String => alone.ToTensor().Strings.Zip(part.ToTensor().Strings).All(p => p.First.AsSpan().SequenceEqual(p.Second)),
        _ => alone.Bytes.SequenceEqual(part.Bytes),
    };

    private static bool Near<T>(ReadOnlySpan<T> alone, ReadOnlySpan<T> part, Func<T, double> value)
    {
        for (var i = 0; i < alone.Length; i++)
        {
            var (a, b) = (value(alone[i]), value(part[i]));
            if (!a.Equals(b) && !(Math.Abs(a - b) <= Tolerance * Math.Max(1, Math.Abs(a)))) return false;
        }

        return true;
    }
}

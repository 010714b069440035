using System.Runtime.InteropServices;
using System.Text;

namespace Fairlead.Onnx.Tests;

internal static class Tensors
{
    public static NamedTensor Of<T>(string name, TensorType type, long[] shape, params T[] values)
        where T : unmanaged => new(name, Tensor.OfBytes(type, shape, MemoryMarshal.AsBytes<T>(values).ToArray()));

    public static NamedTensor Floats(string name, long[] shape, params float[] values) => Of(name, TensorType.Float32, shape, values);

    public static NamedTensor Strings(string name, long[] shape, params string[] values) =>
        new(name, Tensor.OfStrings(shape, [.. values.Select(Encoding.UTF8.GetBytes)]));

    public static float[] Floats(this NamedTensor tensor) => tensor.Tensor.AsSpan<float>().ToArray();

    public static string[] Texts(this NamedTensor tensor) => [.. tensor.Tensor.Strings.Select(Encoding.UTF8.GetString)];

    public static IReadOnlyList<NamedTensor> Run(this OnnxModel model, params NamedTensor[] inputs) => model.Run(inputs, null, CancellationToken.None);
}

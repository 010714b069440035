namespace Fairlead.Onnx;

/// <summary>An input or output as the model declares it.</summary>
/// <param name="Shape">-1 where the size is free.</param>
/// <param name="DimensionNames">The model's names of free sizes, such as <c>batch</c>; null where it has none.</param>
public sealed record TensorInfo(string Name, TensorType Type, IReadOnlyList<long> Shape, IReadOnlyList<string?> DimensionNames)
{
    /// <summary>
    /// Names of the columns, for an output that the model's file declares as a sequence of maps (scikit-learn's ZipMap) and that is
    /// given as a tensor [rows, classes] instead; null for every other tensor.
    /// </summary>
    public IReadOnlyList<string>? Classes { get; init; }
}

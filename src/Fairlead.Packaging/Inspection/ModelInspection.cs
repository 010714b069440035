using Fairlead.Core.Identity;
using Fairlead.Onnx;

namespace Fairlead.Packaging;

/// <summary>What a model file is, as ONNX Runtime sees it.</summary>
/// <param name="Path">As it was given.</param>
/// <param name="Bytes">With the data files beside it.</param>
/// <param name="Digest">Of the model file alone.</param>
/// <param name="ExternalFiles">Data files beside it, relative to its folder.</param>
public sealed record ModelInspection(
    string Path,
    long Bytes,
    Digest Digest,
    IReadOnlyList<TensorInfo> Inputs,
    IReadOnlyList<TensorInfo> Outputs,
    OnnxMetadata Metadata,
    IReadOnlyList<string> ExternalFiles);

namespace Fairlead.Onnx;

/// <summary>What the file says about itself.</summary>
/// <param name="Opsets">Version by operator domain; the standard domain is <c>ai.onnx</c>.</param>
/// <param name="Custom">The producer's own keys and values.</param>
public sealed record OnnxMetadata(
    string Producer,
    string GraphName,
    string Domain,
    string Description,
    long ModelVersion,
    long IrVersion,
    IReadOnlyDictionary<string, long> Opsets,
    IReadOnlyDictionary<string, string> Custom);

using Fairlead.Onnx;

namespace Fairlead.ModelServer.Drift;

/// <summary>One input of the model with the reference's values for it, row by row.</summary>
/// <param name="Position">Among the model's inputs.</param>
/// <param name="Width">Values of one row.</param>
/// <param name="Names">Of the columns.</param>
/// <param name="Tensor">All rows, as the model takes them; <c>Missing</c> rows hold a placeholder.</param>
/// <param name="Missing">Whether a value is absent that this type cannot say (NaN says it for FP types).</param>
internal sealed record ReferenceInput(TensorInfo Input, int Position, int Width, IReadOnlyList<string> Names, Tensor Tensor, bool[] Missing);

using Fairlead.Onnx.Native;

namespace Fairlead.Onnx;

/// <summary>Every failure with its words: what is wrong and what to do.</summary>
internal static class OnnxFailures
{
    public static OnnxException RuntimeMissing(string path, string reason) => new(
        OnnxFailure.RuntimeMissing,
        $"ONNX Runtime could not be loaded from '{path}'. {reason}",
        $"Build again, which puts libonnxruntime.so.1 beside the program, or set {OnnxRuntime.LibraryVariable} to a library of version 1.15 or newer.");

    public static OnnxException Folder(string path) => new(
        OnnxFailure.Folder, $"'{path}' is a folder, not a model file.", "Name the .onnx file in it.");

    public static OnnxException Missing(string path) => new(
        OnnxFailure.Missing, $"There is no file '{path}'.", "Check the path; a link must lead to a file that exists.");

    public static OnnxException Unreadable(string path, Exception inner) => new(
        OnnxFailure.Unreadable, $"The model file '{path}' cannot be read: {inner.Message}", "Check the file's permissions and the disk.", inner: inner);

    public static OnnxException Empty(string path) => new(
        OnnxFailure.Empty, $"The model file '{path}' is empty.", "Export or copy the model again.");

    public static OnnxException LfsPointer(string path) => new(
        OnnxFailure.LfsPointer, $"'{path}' is a Git LFS pointer, not the model itself.", "Run 'git lfs pull' in the repository it came from.");

    public static OnnxException Truncated(string path) => new(
        OnnxFailure.Truncated, $"The model file '{path}' is cut short: it ends before its own lengths say.", "Copy or download it again and compare its size with the original's.");

    public static OnnxException NotOnnx(string path, string kind, string? detail = null) => new(
        OnnxFailure.NotOnnx, $"The file '{path}' {kind}.", "Export the model to ONNX, for example with torch.onnx.export, tf2onnx or skl2onnx, and name that file.", detail);

    public static OnnxException ExternalDataOutside(string path, string location) => new(
        OnnxFailure.ExternalDataOutside,
        $"The model '{path}' keeps tensor data in '{location}', which leads out of the model's folder.",
        "Save the model with its data files beside it: onnx.save_model(model, path, save_as_external_data=True, location='weights.bin').");

    public static OnnxException ExternalDataMissing(string path, string location) => new(
        OnnxFailure.ExternalDataMissing,
        $"The model '{path}' keeps tensor data in '{location}', and there is no such file beside the model.",
        "Copy the data file beside the model; both belong together.");

    public static OnnxException UnsupportedInput(string name, string type) => new(
        OnnxFailure.UnsupportedInput,
        $"The model's input '{name}' is of type {type}, which the inference protocol cannot carry.",
        "Export the model with tensors as inputs, of a type that the protocol has (a Cast in front of a bfloat16 input, for example).");

    public static OnnxException UnsupportedOutput(string name, string type) => new(
        OnnxFailure.UnsupportedOutput,
        $"The model's output '{name}' is of type {type}, which the inference protocol cannot carry.",
        "Export the model with tensors as outputs (a Cast or ConcatFromSequence behind it), or leave that output away.");

    public static OnnxException RepeatedClass(string name, string repeated) => new(
        OnnxFailure.UnsupportedOutput,
        $"The model's output '{name}' has the class '{repeated}' more than once, so that its maps lack a number for each.",
        "Give every class a name of its own in the exported ZipMap, or export without it (skl2onnx: options={'zipmap': False}).");

    public static OnnxException InvalidInput(string explanation, string? detail = null) => new(
        OnnxFailure.InvalidInput, explanation, "Compare the request with the model's metadata.", detail);

    public static OnnxException RunFailed(OrtError error) => new(
        OnnxFailure.RunFailed, "The model failed while it ran.", "Check that the values are in the range that the model was trained for.", error.Text);

    public static OnnxException OutputChanged(string name, string detail) => new(
        OnnxFailure.UnsupportedOutput, $"The model's output '{name}' cannot be given as a tensor: {detail}", "Export the model without ZipMap (skl2onnx: options={'zipmap': False}).");

    public static OnnxException Internal(OrtError error) => new(
        OnnxFailure.Refused, "ONNX Runtime refused a call.", "This is likely a lack of memory, or a defect worth reporting.", error.Text);
}

using Fairlead.Onnx.Native;

namespace Fairlead.Onnx;

/// <summary>Sorts the reasons for which ONNX Runtime refuses a file. It has few codes, so its words are looked at too.</summary>
internal static class LoadFailures
{
    // OrtErrorCode
    private const int InvalidProtobuf = 7;
    private const int NotImplemented = 9;

    public static OnnxException Of(string path, OrtError error)
    {
        if (Says(error, "locale")) return LocaleMissing(path, error);
        if (Says(error, "IR version") || Says(error, "is under development") || Says(error, "official support for domain")) return UnsupportedOpset(path, error);
        if (error.Code == NotImplemented || Says(error, "not a registered function/op") || Says(error, "No Op registered") || Says(error, "Could not find an implementation")) return UnsupportedOperator(path, error);
        if (error.Code == InvalidProtobuf || Says(error, "Protobuf parsing failed")) return OnnxFailures.NotOnnx(path, "starts like an ONNX model but is damaged", error.Text);
        return new OnnxException(OnnxFailure.Refused, $"ONNX Runtime refuses the model '{path}'.", "Check the model with onnx.checker.check_model and export it again.", error.Text);
    }

    private static OnnxException LocaleMissing(string path, OrtError error) => new(
        OnnxFailure.LocaleMissing,
        $"The model '{path}' normalises text by the rules of a locale that this machine does not have.",
        "Install the locale (Debian: 'apt-get install locales && localedef -i en_US -f UTF-8 en_US.UTF-8'), or export the model without StringNormalizer and normalise before the request.",
        error.Text);

    private static OnnxException UnsupportedOpset(string path, OrtError error) => new(
        OnnxFailure.UnsupportedOpset,
        $"The model '{path}' was exported for a newer ONNX than this ONNX Runtime reads.",
        "Export it again with a lower target opset (opset_version= in torch.onnx.export, target_opset= in skl2onnx).",
        error.Text);

    private static OnnxException UnsupportedOperator(string path, OrtError error) => new(
        OnnxFailure.UnsupportedOperator,
        $"The model '{path}' uses an operator that this ONNX Runtime does not have.",
        "Export it for an opset that has the operator, or without operators of other domains.",
        error.Text);

    private static bool Says(OrtError error, string words) => error.Text.Contains(words, StringComparison.OrdinalIgnoreCase);
}

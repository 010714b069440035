using Fairlead.Onnx.Native;

namespace Fairlead.Onnx;

/// <summary>The ONNX Runtime library of this process.</summary>
public static class OnnxRuntime
{
    /// <summary>Path of the library to load instead of the one beside the program.</summary>
    public const string LibraryVariable = "FAIRLEAD_ONNXRUNTIME";

    /// <summary>Such as <c>1.30.0</c>.</summary>
    /// <exception cref="OnnxException">The library cannot be loaded.</exception>
    public static string Version => OrtLibrary.Current.Version;

    /// <summary>Takes the library's warnings (false) and errors (true); called on any thread. Without it they are dropped: nothing is written to standard error.</summary>
    public static Action<bool, string>? Log { get; set; }
}

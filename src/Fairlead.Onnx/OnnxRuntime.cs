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

    /// <summary>
    /// Gives back the pages of the library's code and constants, most of which are touched only while models load; what is
    /// needed again is read from the file at the next touch. Pages that hold anything but the file's content are left alone.
    /// To be called once models are loaded; safe at any time and beside runs.
    /// </summary>
    /// <returns>The bytes that were resident and were given back.</returns>
    /// <exception cref="OnnxException">The library cannot be loaded.</exception>
    public static unsafe long ReleaseLoadingPages() => LibraryPages.Release((nint)OrtLibrary.Current.Api.Run);
}

using System.Runtime.InteropServices;

namespace Fairlead.Onnx.Native;

/// <summary>Takes ONNX Runtime's log lines, which would go to standard error otherwise.</summary>
internal static unsafe class OrtLog
{
    // OrtLoggingLevel
    public const int Warning = 2;

    [UnmanagedCallersOnly]
    public static void Write(nint parameter, int severity, byte* category, byte* id, byte* location, byte* message)
    {
        if (OnnxRuntime.Log is not { } sink) return;
        try
        {
            sink(severity > Warning, Marshal.PtrToStringUTF8((nint)message) ?? "");
        }
        catch (Exception)
        {
            // An exception must not unwind through native frames; a line lost is better than a process lost.
        }
    }
}

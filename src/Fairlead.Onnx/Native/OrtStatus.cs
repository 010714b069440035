using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fairlead.Onnx.Native;

/// <summary>An error of ONNX Runtime, read from its status.</summary>
/// <param name="Code"><c>OrtErrorCode</c>.</param>
internal sealed record OrtError(int Code, string Text);

internal static unsafe class OrtStatus
{
    /// <summary>For calls that fail only by a defect or for lack of memory.</summary>
    /// <exception cref="OnnxException">The status is an error.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Check(this OrtApi api, nint status)
    {
        if (status != 0) throw OnnxFailures.Internal(api.Take(status));
    }

    /// <summary>Reads and releases an error status.</summary>
    public static OrtError Take(this OrtApi api, nint status)
    {
        try
        {
            return new OrtError(api.GetErrorCode(status), Marshal.PtrToStringUTF8((nint)api.GetErrorMessage(status)) ?? "");
        }
        finally
        {
            api.ReleaseStatus(status);
        }
    }
}

using Microsoft.Win32.SafeHandles;

namespace Fairlead.Onnx.Native;

/// <summary>An object of ONNX Runtime that is owned here and given back by its own release function.</summary>
internal sealed unsafe class OrtHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly delegate* unmanaged<nint, void> _release;

    public OrtHandle(nint value, delegate* unmanaged<nint, void> release)
        : base(ownsHandle: true)
    {
        _release = release;
        SetHandle(value);
    }

    /// <summary>Only valid while the caller keeps the handle from being disposed.</summary>
    public nint Value => handle;

    protected override bool ReleaseHandle()
    {
        _release(handle);
        return true;
    }
}

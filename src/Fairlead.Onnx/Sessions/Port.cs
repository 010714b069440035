using System.Runtime.CompilerServices;
using System.Text;

namespace Fairlead.Onnx.Sessions;

/// <summary>How an output's values come.</summary>
internal enum PortKind
{
    Tensor,

    /// <summary>One map from class to number.</summary>
    Map,

    /// <summary>A map per row, as scikit-learn's ZipMap gives them.</summary>
    MapSequence,
}

/// <summary>An input or output of a session, with its name as ONNX Runtime wants it: UTF-8, ended by a zero, at an address that stays.</summary>
internal sealed unsafe class Port
{
    private readonly byte[] _name;

    public Port(TensorInfo info, PortKind kind)
    {
        (Info, Kind) = (info, kind);
        _name = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(info.Name) + 1, pinned: true);
        Encoding.UTF8.GetBytes(info.Name, _name);
    }

    public TensorInfo Info { get; }

    public PortKind Kind { get; }

    /// <summary>Valid as long as this object is reachable.</summary>
    public nint NativeName => (nint)Unsafe.AsPointer(ref _name[0]);
}

using System.Runtime.InteropServices;
using Fairlead.Onnx.Native;

namespace Fairlead.Onnx.Sessions;

/// <summary>Reads what a session says of its inputs and outputs, and refuses what the inference protocol cannot carry.</summary>
/// <param name="classes">Class names by the name of the output that has maps.</param>
/// <param name="columns">Class names by the name of the output that is a tensor because ZipMap was taken out of the model.</param>
internal sealed unsafe class PortReader(
    OrtLibrary library, nint session, IReadOnlyDictionary<string, IReadOnlyList<string>> classes, IReadOnlyDictionary<string, IReadOnlyList<string>> columns)
{
    private readonly OrtApi _api = library.Api;

    public Port[] ReadInputs()
    {
        _api.Check(_api.GetInputCount(session, out var count));
        var ports = new Port[(int)count];
        for (nuint i = 0; i < count; i++)
        {
            _api.Check(_api.GetInputName(session, i, library.Allocator, out var name));
            _api.Check(_api.GetInputType(session, i, out var type));
            using var owned = new OrtHandle(type, _api.ReleaseType);
            ports[i] = ReadInput(Take(name), type);
        }

        return ports;
    }

    public Port[] ReadOutputs()
    {
        _api.Check(_api.GetOutputCount(session, out var count));
        var ports = new Port[(int)count];
        for (nuint i = 0; i < count; i++)
        {
            _api.Check(_api.GetOutputName(session, i, library.Allocator, out var name));
            _api.Check(_api.GetOutputType(session, i, out var type));
            using var owned = new OrtHandle(type, _api.ReleaseType);
            ports[i] = ReadOutput(Take(name), type);
        }

        return ports;
    }

    private Port ReadInput(string name, nint type)
    {
        var kind = KindOf(type);
        if (kind != OnnxKind.Tensor) throw OnnxFailures.UnsupportedInput(name, Describe(type, kind));
        return ReadTensor(name, type, out var element) is { } info
            ? new Port(info, PortKind.Tensor)
            : throw OnnxFailures.UnsupportedInput(name, ElementTypes.NameOf(element));
    }

    private Port ReadOutput(string name, nint type)
    {
        var kind = KindOf(type);
        switch (kind)
        {
            case OnnxKind.Tensor:
                return ReadTensor(name, type, out var element) is { } info
                    ? new Port(columns.TryGetValue(name, out var known) ? MapInfo(name, info.Type, known, rows: -1) : info, PortKind.Tensor)
                    : throw OnnxFailures.UnsupportedOutput(name, ElementTypes.NameOf(element));
            case OnnxKind.Map when ReadMap(type) is { } value:
                return new Port(MapInfo(name, value, classes.GetValueOrDefault(name), rows: 1), PortKind.Map);
            case OnnxKind.Sequence:
                _api.Check(_api.AsSequenceType(type, out var sequence));
                _api.Check(_api.GetSequenceItemType(sequence, out var item));
                using (new OrtHandle(item, _api.ReleaseType))
                {
                    if (KindOf(item) == OnnxKind.Map && ReadMap(item) is { } row) return new Port(MapInfo(name, row, classes.GetValueOrDefault(name), rows: -1), PortKind.MapSequence);
                    throw OnnxFailures.UnsupportedOutput(name, $"sequence of {Describe(item, KindOf(item))}");
                }

            default:
                throw OnnxFailures.UnsupportedOutput(name, Describe(type, kind));
        }
    }

    private static TensorInfo MapInfo(string name, TensorType value, IReadOnlyList<string>? names, long rows)
    {
        // A map holds one of the two only: which column it belongs to cannot be told.
        if (names?.CountBy(n => n, StringComparer.Ordinal).FirstOrDefault(n => n.Value > 1) is { Value: > 1 } twice) throw OnnxFailures.RepeatedClass(name, twice.Key);
        return new TensorInfo(name, value, [rows, names?.Count ?? -1], [null, null]) { Classes = names };
    }

    /// <summary>The type of a map's values; null for a map that cannot be written as numbers.</summary>
    private TensorType? ReadMap(nint type)
    {
        _api.Check(_api.AsMapType(type, out var map));
        _api.Check(_api.GetMapValueType(map, out var value));
        using var owned = new OrtHandle(value, _api.ReleaseType);
        return KindOf(value) == OnnxKind.Tensor && ReadTensor("", value, out _) is { Type: not TensorType.String } info ? info.Type : null;
    }

    /// <summary>Null when the protocol has no such element type.</summary>
    private TensorInfo? ReadTensor(string name, nint type, out int element)
    {
        _api.Check(_api.AsTensorType(type, out var tensor));
        _api.Check(_api.GetElementType(tensor, out element));
        if (!ElementTypes.TryGetType(element, out var known)) return null;
        _api.Check(_api.GetRank(tensor, out var rank));
        var shape = new long[(int)rank];
        var symbols = new nint[(int)rank];
        fixed (long* sizes = shape)
        fixed (nint* names = symbols)
        {
            _api.Check(_api.GetDimensions(tensor, sizes, rank));
            _api.Check(_api.GetDimensionNames(tensor, (byte**)names, rank));
        }

        return new TensorInfo(name, known, shape, Array.ConvertAll(symbols, s => Marshal.PtrToStringUTF8(s) is { Length: > 0 } text ? text : null));
    }

    private OnnxKind KindOf(nint type)
    {
        _api.Check(_api.GetKind(type, out var kind));
        return (OnnxKind)kind;
    }

    private string Describe(nint type, OnnxKind kind)
    {
        if (kind != OnnxKind.Tensor) return kind.ToString().ToLowerInvariant();
        return ReadTensor("", type, out var element) is { } info ? $"{info.Type} tensors" : $"{ElementTypes.NameOf(element)} tensors";
    }

    private string Take(byte* name)
    {
        var text = Marshal.PtrToStringUTF8((nint)name) ?? "";
        _api.Check(_api.Free(library.Allocator, name));
        return text;
    }

    private enum OnnxKind
    {
        Unknown,
        Tensor,
        Sequence,
        Map,
        Opaque,
        SparseTensor,
        Optional,
    }
}

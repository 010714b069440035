using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Fairlead.Onnx.Native;

namespace Fairlead.Onnx.Sessions;

/// <summary>Turns a map, or a sequence of maps, from class to number into a tensor [rows, classes].</summary>
/// <remarks>Columns stand in the order of the model's class names; a model that does not name them gives them in the order of the first row.</remarks>
internal sealed unsafe class MapOutput(OrtLibrary library, TensorInfo info)
{
    private readonly OrtApi _api = library.Api;
    private Dictionary<string, int>? _columns = ColumnsOf(info.Classes);

    public Tensor Read(nint value, PortKind kind)
    {
        if (kind == PortKind.Map) return Assemble([ReadRow(value)]);
        _api.Check(_api.GetItemCount(value, out var count));
        var rows = new byte[(int)count][];
        for (var i = 0; i < rows.Length; i++)
        {
            using var row = Item(value, i);
            rows[i] = ReadRow(row.Value);
        }

        return Assemble(rows);
    }

    private Tensor Assemble(byte[][] rows)
    {
        var bytes = new byte[rows.Sum(r => r.Length)];
        var at = 0;
        foreach (var row in rows)
        {
            row.CopyTo(bytes, at);
            at += row.Length;
        }

        return Tensor.OfBytes(info.Type, [rows.Length, _columns?.Count ?? 0], bytes);
    }

    // A map is two tensors of one length: keys and values.
    private byte[] ReadRow(nint map)
    {
        using var keys = Item(map, 0);
        using var values = Item(map, 1);
        var names = KeysOf(keys.Value);
        _columns ??= ColumnsOf(names);
        var size = info.Type.ElementSize();
        var from = new ReadOnlySpan<byte>(OutputReader.DataOf(_api, values.Value), names.Length * size);
        var row = new byte[_columns!.Count * size];
        if (names.Length != _columns.Count) throw OnnxFailures.OutputChanged(info.Name, $"a row has {names.Length} classes where {_columns.Count} were expected.");
        for (var i = 0; i < names.Length; i++)
        {
            if (!_columns.TryGetValue(names[i], out var column)) throw OnnxFailures.OutputChanged(info.Name, $"the class '{names[i]}' is in one row only.");
            from.Slice(i * size, size).CopyTo(row.AsSpan(column * size));
        }

        return row;
    }

    private string[] KeysOf(nint keys)
    {
        var (type, shape) = OutputReader.TypeOf(_api, keys);
        if (type == TensorType.String) return [.. OutputReader.StringsOf(_api, keys, checked((int)shape[0])).Select(Encoding.UTF8.GetString)];
        var numbers = MemoryMarshal.Cast<byte, long>(new ReadOnlySpan<byte>(OutputReader.DataOf(_api, keys), checked((int)shape[0] * sizeof(long))));
        var names = new string[numbers.Length];
        for (var i = 0; i < names.Length; i++) names[i] = numbers[i].ToString(CultureInfo.InvariantCulture);
        return names;
    }

    private OrtHandle Item(nint container, int index)
    {
        _api.Check(_api.GetItem(container, index, library.Allocator, out var item));
        return new OrtHandle(item, _api.ReleaseValue);
    }

    private static Dictionary<string, int>? ColumnsOf(IReadOnlyList<string>? names) =>
        names?.Select((name, column) => (name, column)).ToDictionary(n => n.name, n => n.column, StringComparer.Ordinal);
}

using Fairlead.Onnx.Native;

namespace Fairlead.Onnx.Sessions;

/// <summary>Reads native values.</summary>
internal static unsafe class OutputReader
{
    public static (TensorType Type, long[] Shape) TypeOf(OrtApi api, nint value)
    {
        api.Check(api.GetTensorType(value, out var info));
        try
        {
            api.Check(api.GetElementType(info, out var element));
            api.Check(api.GetRank(info, out var rank));
            var shape = rank == 0 ? [] : new long[(int)rank];
            fixed (long* sizes = shape) api.Check(api.GetDimensions(info, sizes, rank));
            return ElementTypes.TryGetType(element, out var type)
                ? (type, shape)
                : throw new InvalidOperationException($"ONNX Runtime gave {ElementTypes.NameOf(element)} for an output that it declared otherwise.");
        }
        finally
        {
            api.ReleaseTensorType(info);
        }
    }

    public static void* DataOf(OrtApi api, nint value)
    {
        api.Check(api.GetData(value, out var data));
        return data;
    }

    public static byte[][] StringsOf(OrtApi api, nint value, int count)
    {
        api.Check(api.GetStringsLength(value, out var total));
        var text = new byte[checked((int)total)];
        var offsets = new nuint[count];
        fixed (byte* to = text)
        fixed (nuint* starts = offsets)
        {
            api.Check(api.GetStrings(value, to, total, starts, (nuint)count));
        }

        var strings = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            var end = i + 1 < count ? (int)offsets[i + 1] : text.Length;
            strings[i] = text[(int)offsets[i]..end];
        }

        return strings;
    }
}

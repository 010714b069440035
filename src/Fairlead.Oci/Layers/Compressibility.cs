using System.IO.Compression;

namespace Fairlead.Oci.Layers;

/// <summary>
/// Whether a block gets smaller, judged by a sample: quantised and already compressed weights do not, and trying costs more
/// than all else together. A question of the content alone, so the bytes stay the same everywhere.
/// </summary>
internal static class Compressibility
{
    private const int Slices = 8;
    private const int SliceSize = 4 << 10;
    private const double Worthwhile = 0.985;

    public static bool IsWorthIt(ReadOnlySpan<byte> block)
    {
        if (block.Length < 2 * Slices * SliceSize) return true;
        using var output = new MemoryStream(Slices * SliceSize);
        using (var deflate = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            var step = (block.Length - SliceSize) / (Slices - 1);
            for (var slice = 0; slice < Slices; slice++) deflate.Write(block.Slice(slice * step, SliceSize));
        }

        return output.Length < Worthwhile * Slices * SliceSize;
    }
}

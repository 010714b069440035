using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Fairlead.Bench.Server;

/// <summary>A request's body as a file, for the load generator.</summary>
/// <param name="HeaderLength">Length of the JSON at its beginning; null when it is nothing else.</param>
internal sealed record Body(string File, int? HeaderLength)
{
    public static Body Json(Workspace workspace, string input, long[] shape, float[] data) =>
        new(workspace.Write($"{input}-{data.Length}.json", Encoding.UTF8.GetBytes($$"""{"inputs":[{"name":"{{input}}","datatype":"FP32","shape":[{{Joined(shape)}}],"data":[{{string.Join(',', data.Select(d => d.ToString("R", CultureInfo.InvariantCulture)))}}]}]}""")), null);

    /// <summary>The binary tensor extension, with the outputs as bytes too.</summary>
    public static Body Binary(Workspace workspace, string input, long[] shape, float[] data)
    {
        var header = Encoding.UTF8.GetBytes(
            $"{{\"inputs\":[{{\"name\":\"{input}\",\"datatype\":\"FP32\",\"shape\":[{Joined(shape)}],\"parameters\":{{\"binary_data_size\":{data.Length * sizeof(float)}}}}}],\"parameters\":{{\"binary_data_output\":true}}}}");
        return new Body(workspace.Write($"{input}-{data.Length}.bin", [.. header, .. MemoryMarshal.AsBytes(data.AsSpan())]), header.Length);
    }

    private static string Joined(long[] shape) => string.Join(',', shape);
}

using System.Runtime.InteropServices;

namespace Fairlead.Onnx.Files;

/// <summary>A model as ONNX Runtime is to see it, instead of its file.</summary>
/// <remarks>In native memory, which goes back at once: an array of a model's size would stay until the next full collection.</remarks>
internal sealed unsafe class RewrittenModel : IDisposable
{
    private byte* _bytes;

    /// <param name="classes">Class names by the name of the output that is a tensor now and was maps before.</param>
    public RewrittenModel(FileEdits edits, int length, IReadOnlyDictionary<string, IReadOnlyList<string>> classes)
    {
        (Length, Classes) = (length, classes);
        _bytes = (byte*)NativeMemory.Alloc((nuint)length);
        try
        {
            edits.WriteTo(new Span<byte>(_bytes, length));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Length { get; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Classes { get; }

    public ReadOnlySpan<byte> Bytes => new(_bytes, Length);

    public void Dispose()
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
    }
}

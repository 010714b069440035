using Fairlead.Core.Identity;
using Fairlead.Core.Results;

namespace Fairlead.Oci.Layers;

/// <summary>Writes entries as one tar, in one pass and bounded memory.</summary>
internal static class LayerWriter
{
    private static readonly byte[] Zeros = new byte[2 * TarHeader.Size];

    public static async Task<Result<GzipResult>> CompressAsync(IReadOnlyList<LayerEntry> ordered, DateTimeOffset timestamp, Stream output, CancellationToken cancellationToken)
    {
        var pipe = new GzipPipe(output);
        await using (pipe)
        {
            var written = await WriteAsync(pipe, ordered, timestamp, cancellationToken);
            return written.IsOk ? await pipe.CompleteAsync(cancellationToken) : Result.Fail<GzipResult>(written.Problems);
        }
    }

    /// <summary>What the tar's digest would be.</summary>
    public static async Task<Result<Digest>> DiffIdAsync(IReadOnlyList<LayerEntry> ordered, DateTimeOffset timestamp, CancellationToken cancellationToken)
    {
        using var hash = new HashSink();
        var written = await WriteAsync(hash, ordered, timestamp, cancellationToken);
        return written.IsOk ? hash.Complete() : Result.Fail<Digest>(written.Problems);
    }

    private static async Task<Result<Done>> WriteAsync(ILayerSink sink, IReadOnlyList<LayerEntry> ordered, DateTimeOffset timestamp, CancellationToken cancellationToken)
    {
        foreach (var entry in ordered)
        {
            var written = await WriteEntryAsync(sink, entry, timestamp.ToUnixTimeSeconds(), cancellationToken);
            if (!written.IsOk) return written;
        }

        // Two empty blocks end a tar.
        await sink.WriteAsync(Zeros, cancellationToken);
        return Result.Done;
    }

    private static async Task<Result<Done>> WriteEntryAsync(ILayerSink sink, LayerEntry entry, long timestamp, CancellationToken cancellationToken)
    {
        switch (entry)
        {
            case LayerEntry.File file:
                return await WriteFileAsync(sink, file, timestamp, cancellationToken);
            case LayerEntry.Content content:
                await sink.WriteAsync(TarHeader.Write(TarItem.Of(content, content.Bytes.Length, timestamp)), cancellationToken);
                await sink.WriteAsync(content.Bytes, cancellationToken);
                await PadAsync(sink, content.Bytes.Length, cancellationToken);
                return Result.Done;
            default:
                await sink.WriteAsync(TarHeader.Write(TarItem.Of(entry, 0, timestamp)), cancellationToken);
                return Result.Done;
        }
    }

    // The header states the size before the bytes are read: a file that changes meanwhile would make a broken layer.
    private static async Task<Result<Done>> WriteFileAsync(ILayerSink sink, LayerEntry.File file, long timestamp, CancellationToken cancellationToken)
    {
        try
        {
            await using var source = SourceFile.Open(file.Source);
            var before = FileStamp.Of(source.SafeFileHandle);
            await sink.WriteAsync(TarHeader.Write(TarItem.Of(file, before.Size, timestamp)), cancellationToken);
            var copied = await sink.WriteAsync(source, before.Size, cancellationToken);
            await PadAsync(sink, before.Size, cancellationToken);
            return copied == before.Size && FileStamp.Of(source.SafeFileHandle) == before ? Result.Done : OciProblems.SourceChanged(file.Source);
        }
        catch (SourceException e)
        {
            return OciProblems.SourceUnreadable(file.Source, e.Message);
        }
    }

    private static ValueTask PadAsync(ILayerSink sink, long length, CancellationToken cancellationToken) =>
        sink.WriteAsync(Zeros.AsMemory(0, TarHeader.PaddingOf(length)), cancellationToken);
}

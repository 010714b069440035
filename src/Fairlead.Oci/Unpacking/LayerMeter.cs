namespace Fairlead.Oci.Unpacking;

/// <summary>Stops a layer that unpacks to more than it may, before the bytes are anywhere.</summary>
internal sealed class LayerMeter(UnpackOptions options, Func<long> packed)
{
    private const long AlwaysAllowed = 64L << 20;

    // Names and attributes of one entry: the reader holds them in memory, so they are bounded apart from contents.
    private const long HeaderAllowed = 1L << 20;
    private long _seen;
    private long? _headerEnd;
    private long _entries;

    public void Saw(long unpacked)
    {
        _seen = unpacked;
        if (unpacked > options.MaxSize.Bytes) throw new LayerRefusedException($"it unpacks to more than {options.MaxSize}");
        if (unpacked > AlwaysAllowed && unpacked / Math.Max(packed(), 1) > options.MaxRatio) throw new LayerRefusedException($"it unpacks to more than {options.MaxRatio} times its size");
        if (unpacked > _headerEnd) throw new LayerRefusedException("the header of an entry is larger than 1 MiB");
    }

    public void HeaderBegins() => _headerEnd = _seen + HeaderAllowed;

    public void HeaderEnds()
    {
        _headerEnd = null;
        if (++_entries > options.MaxEntries) throw new LayerRefusedException($"it has more than {options.MaxEntries} entries");
    }
}

/// <summary>A layer that is not unpacked, and why; becomes a problem at the unpacker.</summary>
internal sealed class LayerRefusedException(string reason) : Exception(reason);

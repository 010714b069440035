using Fairlead.Core.Units;

namespace Fairlead.Oci.Unpacking;

/// <summary>How much a layer may unpack to. The defaults hold the largest images in use and stop what was made to fill a disk.</summary>
public sealed record UnpackOptions
{
    public static UnpackOptions Default { get; } = new();

    public long MaxEntries { get; init; } = 500_000;

    /// <summary>Of all files of a layer together.</summary>
    public ByteSize MaxSize { get; init; } = new(64L << 30);

    /// <summary>Unpacked by packed bytes, once a layer is past 64 MiB. Programs and models stay below 20.</summary>
    public int MaxRatio { get; init; } = 200;

    /// <summary>Unpack set-user-id and set-group-id files without these bits instead of refusing them: distributions' base images hold some.</summary>
    public bool DropSetUserId { get; init; }
}

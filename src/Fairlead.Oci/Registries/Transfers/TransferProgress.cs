using Fairlead.Oci.Images;

namespace Fairlead.Oci.Registries.Transfers;

public enum TransferState
{
    /// <summary>It was where it goes already.</summary>
    Present,

    /// <summary>The registry took it from another repository of its own.</summary>
    Mounted,

    /// <summary>On its way.</summary>
    Moving,

    /// <summary>It was transferred whole.</summary>
    Moved,
}

/// <summary>How far a blob is.</summary>
/// <param name="Bytes">Transferred so far; goes back when a transfer begins anew.</param>
public sealed record TransferProgress(Descriptor Blob, TransferState State, long Bytes);

/// <summary>What became of a blob: present, mounted or moved.</summary>
public sealed record TransferredBlob(Descriptor Blob, TransferState State)
{
    /// <summary>Bytes that went over the wire for it, repetitions not counted.</summary>
    public long Moved => State == TransferState.Moved ? Blob.Size : 0;
}

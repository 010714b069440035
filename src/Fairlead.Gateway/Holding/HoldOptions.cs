namespace Fairlead.Gateway.Holding;

/// <summary>How many requests may wait for the first replica of a deployment that runs none.</summary>
public sealed record HoldOptions
{
    /// <summary>Of one deployment; 0 (none waits) to 100,000, default 1,000. More are answered 503.</summary>
    public int MaxRequests { get; init; } = 1000;

    /// <summary>
    /// What all of them may have sent that nobody has read yet; 0 to 16 GiB, default 64 MiB. A body counts with its length, at most
    /// <see cref="HeldRequest.MostUnread"/>: the client has to keep the rest.
    /// </summary>
    public long MaxBytes { get; init; } = 64L << 20;

    /// <summary>Of one deployment, those that were let go and have no answer yet; 1 to 100,000, default 64: the first replica is not to be overrun.</summary>
    public int LetGoAtOnce { get; init; } = 64;

    internal IEnumerable<OptionRange> Ranges =>
    [
        new(nameof(MaxRequests), MaxRequests, 0, 100_000),
        new(nameof(MaxBytes), MaxBytes, 0, 16L << 30),
        new(nameof(LetGoAtOnce), LetGoAtOnce, 1, 100_000),
    ];
}

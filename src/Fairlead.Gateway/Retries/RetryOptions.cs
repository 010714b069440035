namespace Fairlead.Gateway.Retries;

/// <summary>When a request is sent again, and how much of that there may be.</summary>
public sealed record RetryOptions
{
    /// <summary>Attempts per request, the first included; 1 (never again) to 10, default 3.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>
    /// Retries per request that came in, per deployment; 0 to 0.2, default 0.18 (with the floor, attempts stay below 1.2 times what came in). Attempts that found nobody listening
    /// reached no replica and are not counted.
    /// </summary>
    public double BudgetRatio { get; init; } = 0.18;

    /// <summary>Retries that are there without any traffic before, coming back at one a second; 0 to 100, default 5.</summary>
    public int BudgetFloor { get; init; } = 5;

    /// <summary>The most retries that quiet times save up; at least <see cref="BudgetFloor"/>, to 10,000, default 1,000: a replica that dies under load takes all that it was sent with it.</summary>
    public int BudgetCap { get; init; } = 1000;

    /// <summary>A request body up to this size is read whole before it is sent, so that it can be sent again; 0 to 16 MiB, default 1 MiB.</summary>
    public int ReplayBytes { get; init; } = 1 << 20;

    /// <summary>All bodies held for replay together; beyond it bodies are streamed and not sent again; 0 to 16 GiB, default 128 MiB.</summary>
    public long ReplayBytesInAll { get; init; } = 128L << 20;

    internal IEnumerable<OptionRange> Ranges =>
    [
        new(nameof(MaxAttempts), MaxAttempts, 1, 10),
        new(nameof(BudgetRatio), BudgetRatio, 0, 0.2),
        new(nameof(BudgetFloor), BudgetFloor, 0, 100),
        new(nameof(BudgetCap), BudgetCap, BudgetFloor, 10_000),
        new(nameof(ReplayBytes), ReplayBytes, 0, 16 << 20),
        new(nameof(ReplayBytesInAll), ReplayBytesInAll, 0, 16L << 30),
    ];
}

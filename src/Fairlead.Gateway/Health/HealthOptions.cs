namespace Fairlead.Gateway.Health;

/// <summary>How a replica falls out of the balancing and comes back.</summary>
public sealed record HealthOptions
{
    /// <summary>Between two active checks of a replica, ±10 %; 50 ms to 1 minute, default 500 ms: a replica that hangs is found within 1.6 s, before requests give up after 2 s. One that is out is asked four times as often.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>10 ms to 30 s, default 500 ms.</summary>
    public TimeSpan CheckTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Failed checks running that take a replica out; 1 to 10, default 2. A refused connection takes it out at once.</summary>
    public int ChecksToFall { get; init; } = 2;

    /// <summary>Failed requests running that eject a replica; 1 to 100, default 5.</summary>
    public int FailuresToEject { get; init; } = 5;

    /// <summary>The first ejection; 100 ms to 1 hour, default 30 s. Each further one lasts twice as long, up to <see cref="MaxEjection"/>.</summary>
    public TimeSpan Ejection { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest ejection, and how long a replica must behave to start from <see cref="Ejection"/> again; to 1 day, default 5 minutes.</summary>
    public TimeSpan MaxEjection { get; init; } = TimeSpan.FromMinutes(5);

    internal IEnumerable<OptionRange> Ranges =>
    [
        new(nameof(CheckInterval), CheckInterval.TotalSeconds, 0.05, 60),
        new(nameof(CheckTimeout), CheckTimeout.TotalSeconds, 0.01, 30),
        new(nameof(ChecksToFall), ChecksToFall, 1, 10),
        new(nameof(FailuresToEject), FailuresToEject, 1, 100),
        new(nameof(Ejection), Ejection.TotalSeconds, 0.1, 3600),
        new(nameof(MaxEjection), MaxEjection.TotalSeconds, Ejection.TotalSeconds, 86400),
    ];
}

namespace Fairlead.Control.Readiness;

/// <summary>What one question to a replica brought.</summary>
/// <param name="Answered">It answered at all (or refused the connection), rather than let the time pass.</param>
/// <param name="Reason">Why it is not ready.</param>
public sealed record ProbeAnswer(bool Ready, bool Answered, string? Reason)
{
    /// <summary>It says that it will never be ready: its model is refused.</summary>
    public bool Refused { get; init; }

    public static ProbeAnswer Yes { get; } = new(true, true, null);

    public static ProbeAnswer No(string reason) => new(false, true, reason);

    public static ProbeAnswer Silence(string reason) => new(false, false, reason);
}

/// <summary>A replica's readiness, from the answers it gave. Pure; moments are on the controller's growing clock.</summary>
public sealed record ReplicaHealth
{
    /// <summary>While it starts a replica is asked often: it should serve as soon as it can.</summary>
    public static readonly TimeSpan StartingInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>In its first moments still more often: requests may be waiting for it.</summary>
    public static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(15);

    public static readonly TimeSpan FirstPeriod = TimeSpan.FromSeconds(3);

    /// <summary>After so long a start it is asked as often as any other.</summary>
    public static readonly TimeSpan StartingPeriod = TimeSpan.FromMinutes(1);

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A busy machine may let a question pass; the gateway's own health check is quicker and keeps requests away meanwhile.</summary>
    public const int MostSilences = 3;

    public bool Ready { get; private init; }

    /// <summary>It has been ready at some time.</summary>
    public bool WasReady { get; private init; }

    public TimeSpan? ReadySince { get; private init; }

    public string? Reason { get; private init; }

    /// <summary>It says that it will never be ready: its model is refused.</summary>
    public bool Refused { get; private init; }

    /// <summary>It has been asked at least once.</summary>
    public bool Known { get; private init; }

    /// <summary>Since when it has let every question pass; null when it answered the last.</summary>
    public TimeSpan? SilentSince { get; private init; }

    /// <summary>Since when it has not been ready, after it had been.</summary>
    public TimeSpan? NotReadySince { get; private init; }

    private int Silences { get; init; }

    public ReplicaHealth After(ProbeAnswer answer, TimeSpan now)
    {
        if (answer.Ready) return this with { Ready = true, WasReady = true, ReadySince = ReadySince ?? now, Reason = null, Refused = false, Known = true, Silences = 0, SilentSince = null, NotReadySince = null };
        var silences = answer.Answered ? 0 : Silences + 1;
        TimeSpan? silentSince = answer.Answered ? null : SilentSince ?? now;
        if (Ready && !answer.Answered && silences < MostSilences) return this with { Silences = silences, SilentSince = silentSince };
        return this with
        {
            Ready = false,
            ReadySince = null,
            Reason = answer.Reason,
            Refused = answer.Refused,
            Known = true,
            Silences = silences,
            SilentSince = silentSince,
            NotReadySince = WasReady ? NotReadySince ?? now : null,
        };
    }

    /// <param name="age">How long the controller has known the replica.</param>
    public TimeSpan NextAfter(TimeSpan age) => WasReady || age >= StartingPeriod ? Interval : age < FirstPeriod ? FirstInterval : StartingInterval;
}

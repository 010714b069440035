namespace Fairlead.Control;

/// <summary>Two times: <see cref="Now"/> only ever grows and is what decisions are made on; <see cref="Utc"/> is for people and for the state file.</summary>
public sealed class Clock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    public TimeProvider Time { get; } = time;

    /// <summary>Since this clock was made; a change of the machine's time does not move it.</summary>
    public TimeSpan Now => Time.GetElapsedTime(_origin);

    public DateTimeOffset Utc => Time.GetUtcNow();

    /// <summary>How long ago something was by the machine's time, never less than nothing: what is left of a wait after a restart.</summary>
    public TimeSpan Since(DateTimeOffset moment) => TimeSpan.FromTicks(Math.Max(0, (Utc - moment).Ticks));
}

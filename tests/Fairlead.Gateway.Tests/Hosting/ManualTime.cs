namespace Fairlead.Gateway.Tests.Hosting;

/// <summary>A clock that stands still until it is moved; without timers.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ticks = 1;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(_ticks);

    public void Move(TimeSpan by) => _ticks += by.Ticks;
}

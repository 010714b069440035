using Fairlead.Control.Readiness;
using Fairlead.Core.Units;

namespace Fairlead.Control.Healing;

/// <summary>Why a running replica is to be replaced.</summary>
/// <param name="Hung">It does not answer at all, so there is nothing to be drained.</param>
/// <param name="Reason">The second half of a sentence: "has not answered for 30s".</param>
public sealed record Sickness(bool Hung, string Reason)
{
    /// <summary>A replica that lets questions pass for so long is not busy any more: it hangs. Never less than a request may take.</summary>
    public static readonly TimeSpan HungAfter = TimeSpan.FromSeconds(30);

    /// <summary>How long one that was ready may say that it is not.</summary>
    public static readonly TimeSpan UnreadyAfter = TimeSpan.FromMinutes(1);

    /// <summary>More than the gateway's first ejection (30 s), so that only one that fails again after it is replaced.</summary>
    public static readonly TimeSpan ShunnedAfter = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan BeyondARequest = TimeSpan.FromSeconds(10);

    /// <summary>Pure; moments are on the controller's growing clock.</summary>
    /// <param name="shun">Since when the gateway keeps requests away from it, and why; null when it does not.</param>
    /// <param name="limits">What the manifest allows a request and a start.</param>
    /// <returns>Null when it is to be left alone.</returns>
    public static Sickness? Of(ReplicaHealth health, (TimeSpan Since, string Reason)? shun, (TimeSpan Request, TimeSpan Start) limits, TimeSpan now)
    {
        if (health.SilentSince is { } silent && now - silent >= HangLimit(health, limits)) return new Sickness(true, $"has not answered for {Rounded(now - silent)}");
        if (health.NotReadySince is { } unready && now - unready >= UnreadyAfter) return new Sickness(false, $"has not been ready for {Rounded(now - unready)}: {health.Reason ?? "it gives no reason"}");
        if (health.Ready && shun is { } shunned && now - shunned.Since >= ShunnedAfter) return new Sickness(false, $"has been kept from requests by the gateway for {Rounded(now - shunned.Since)}: {shunned.Reason}");
        return null;
    }

    private static TimeSpan HangLimit(ReplicaHealth health, (TimeSpan Request, TimeSpan Start) limits)
    {
        var limit = limits.Request + BeyondARequest > HungAfter ? limits.Request + BeyondARequest : HungAfter;
        // One that has never been ready may be busy with loading for as long as its update may take.
        return !health.WasReady && limits.Start > limit ? limits.Start : limit;
    }

    private static string Rounded(TimeSpan span) => Duration.Format(TimeSpan.FromSeconds(Math.Floor(span.TotalSeconds)));
}

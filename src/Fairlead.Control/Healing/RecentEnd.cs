using Fairlead.Core.Identity;

namespace Fairlead.Control.Healing;

/// <summary>A replica that ended through no wish of ours, as it is remembered for a while after its place was filled.</summary>
/// <param name="How">The second half of a sentence.</param>
/// <param name="LastLines">The end of its log, oldest first.</param>
public sealed record RecentEnd(DateTimeOffset At, ReplicaId Replica, string How, IReadOnlyList<string> LastLines);

namespace Fairlead.Control.Autoscaling;

/// <summary>A window of the manifest's schedule is a demand among the others: it asks for its least replicas, and for none when it is closed.</summary>
internal static class ScheduleDemand
{
    private const string Target = "schedule";

    public static IEnumerable<Demand> All(ScalingRules rules)
    {
        if (rules.Scheduled is { } scheduled) yield return Of(scheduled);
    }

    private static Demand Of(ScheduledBounds scheduled)
    {
        // What an unknown window asks for is not known either.
        int? least = scheduled.Min ?? (scheduled.Unusable.Count == 0 ? 0 : null);
        return new Demand(Target, least, least, scheduled.Why, []) { Unusable = scheduled.Unusable };
    }
}

namespace Fairlead.Control.Simulation;

/// <summary>What an autoscaler may look at, at one moment of a simulation.</summary>
/// <param name="At">Seconds since the trace's begin.</param>
/// <param name="Ready">Replicas that take requests.</param>
/// <param name="Workers">Requests that a replica works on at once.</param>
internal sealed record FleetReading(double At, TrafficCount Count, IReadOnlyList<ReplicaReading> Ready, int Starting, int Workers)
{
    public int Wanted => Ready.Count + Starting;
}

/// <param name="BusySeconds">Worker-seconds spent since its start.</param>
internal readonly record struct ReplicaReading(int Number, double ReadyAt, double BusySeconds);

namespace Fairlead.Control.Simulation;

/// <summary>Replays a trace to replicas whose number an autoscaler decides.</summary>
internal static class SimulationRun
{
    /// <summary>Looks fall on multiples of this, in steps to a second.</summary>
    private const int StepsPerSecond = 10;

    public static SimulationOutcome Of(SimulationInput input, IScaler scaler, CancellationToken cancellationToken)
    {
        var fleet = new SimulatedFleet(input, new Random(input.Seed));
        fleet.Begin(scaler.Least);
        var every = (int)Math.Round(scaler.Every * StepsPerSecond);
        var (seconds, next, worst) = (input.Seconds, 0, 0);
        var replicas = new int[seconds];
        for (var step = 1; step <= seconds * StepsPerSecond; step++)
        {
            var now = step / (double)StepsPerSecond;
            while (next < input.Arrivals.Length && input.Arrivals[next] <= now) fleet.Send(next++);
            fleet.Settle(now);
            worst = Math.Max(worst, fleet.Waiting());
            if (step % every == 0 && scaler.Decide(fleet.Read(now)) is { } wanted) fleet.ScaleTo(wanted, now);
            if (step % StepsPerSecond == 0) replicas[(step - 1) / StepsPerSecond] = fleet.Ready;
            cancellationToken.ThrowIfCancellationRequested();
        }

        return SimulationOutcome.Of(scaler.Name, input, fleet, replicas, worst);
    }
}

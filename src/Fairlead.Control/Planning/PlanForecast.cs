using Fairlead.Core.Engines;

namespace Fairlead.Control.Planning;

/// <summary>Every step to the end, when each goes well: plans again and again in a world where what is started serves and what is drained is idle.</summary>
public static class PlanForecast
{
    // An update of n replicas takes about three plans each; more is a planner that does not converge.
    private const int MostPlans = 1000;

    public static IReadOnlyList<EngineAction> Of(Planner planner, DeploymentTarget target, IReadOnlyList<ObservedReplica> observed)
    {
        var steps = new List<EngineAction>();
        var world = observed.Select(r => r with { RestartAt = default }).ToList();
        for (var i = 0; i < MostPlans; i++)
        {
            var plan = planner.Plan(target, world, TimeSpan.Zero);
            if (plan.Count == 0) break;
            steps.AddRange(plan);
            foreach (var step in plan) Apply(step, world);
            world = [.. world.Select(Settle)];
        }

        return steps;
    }

    private static void Apply(EngineAction step, List<ObservedReplica> world)
    {
        switch (step)
        {
            case EngineAction.Start start:
                world.Add(new ObservedReplica { Id = start.Replica.Id, Revision = start.Replica.Revision, StartedAt = DateTimeOffset.MaxValue });
                break;
            case EngineAction.Drain drain:
                Replace(world, drain.Replica.Value, r => r with { DrainingSince = TimeSpan.Zero });
                break;
            case EngineAction.Stop stop:
                Replace(world, stop.Replica.Value, r => r with { Running = false, Stopping = true });
                break;
            case EngineAction.Remove remove:
                world.RemoveAll(r => r.Id == remove.Replica);
                break;
        }
    }

    private static ObservedReplica Settle(ObservedReplica replica) => replica switch
    {
        { Active: true } => replica with { Ready = true, Routed = true },
        { Leaving: true } => replica with { Routed = false, Idle = true },
        _ => replica,
    };

    private static void Replace(List<ObservedReplica> world, string id, Func<ObservedReplica, ObservedReplica> change)
    {
        var index = world.FindIndex(r => r.Id.Value == id);
        world[index] = change(world[index]);
    }
}

using Fairlead.Control.Autoscaling;
using Fairlead.Control.Fleet;
using Fairlead.Control.Planning;
using Fairlead.Control.Reconciling;
using Fairlead.Control.Rollouts;
using Fairlead.Control.Store;
using Fairlead.Core.Engines;
using Fairlead.Core.Homes;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;

namespace Fairlead.Control.Deploying;

/// <summary>Takes orders: refuses what cannot work with every reason at once, writes what is wanted, and wakes the reconciler. What it returns has been written.</summary>
/// <param name="changed">Wakes the reconciler.</param>
public sealed class Deployer(StateStore store, IReadOnlyDictionary<string, IEngine> engines, FairleadHome home, Clock clock, Action changed)
{
    /// <exception cref="StateException">It could not be written.</exception>
    public Result<Deployed> Deploy(DeployOrder order)
    {
        var problems = Check(order);
        if (problems.Count > 0) return Result.Fail<Deployed>(problems);
        var deployed = store.Change(deployments =>
        {
            var current = deployments.GetValueOrDefault(order.Manifest.Name.Value);
            if (current?.Deleting == true) return (new StateChange(), (Result<Deployed>)ControlProblems.DeploymentStopping(current.Name));
            var (record, changed, events) = DeployRule.Deploy(order, current, clock.Utc);
            var change = ReferenceEquals(record, current) ? new StateChange() : new StateChange { Deployment = record, Events = events };
            return (change, new Deployed(record, changed));
        });
        changed();
        return deployed;
    }

    /// <summary>Every reason why the order cannot be carried out, without doing anything.</summary>
    public IReadOnlyList<Problem> Check(DeployOrder order)
    {
        if (!engines.TryGetValue(order.Engine, out var engine)) return [ControlProblems.UnknownEngine(order.Engine, engines.Keys)];
        var problems = new List<Problem>();
        if (order.Replicas is { } replicas && DeployRule.CheckReplicas(replicas, order.Manifest) is { } bounds) problems.Add(bounds);
        problems.AddRange(ScheduleRule.Check(order.Manifest));
        if (order.Content is null && order.Manifest.Model.Image is null) return [.. problems, ControlProblems.ContentRequired(order.Manifest.Name)];
        if (store.Deployments.GetValueOrDefault(order.Manifest.Name.Value) is { } current && current.Engine != order.Engine) problems.Add(ControlProblems.OtherEngine(current.Name, current.Engine, order.Engine));

        // An engine that runs images looks in its own store for what it is asked to run.
        if (!engine.Capabilities.RunsImages && order.Content is { } content && !Directory.Exists(home.ContentOf(content))) problems.Add(ControlProblems.ContentMissing(content, home.Content));
        if (problems.Count == 0) problems.AddRange(engine.Check(Example(order)));
        return problems;
    }

    /// <exception cref="StateException">It could not be written.</exception>
    public Result<Deployed> Scale(string name, int replicas) => Change(name, record =>
    {
        if (record.Deleting) return ControlProblems.DeploymentStopping(record.Name);
        return DeployRule.CheckReplicas(replicas, record.Current.Manifest) is { } problem ? problem : DeployRule.Scale(record, replicas, clock.Utc);
    });

    /// <summary>Deploys again what an earlier revision was; null goes to the last one that served, and while an update is under way to where it came from.</summary>
    /// <exception cref="StateException">It could not be written.</exception>
    public Result<Deployed> RollBack(string name, int? revision)
    {
        if (!store.Deployments.TryGetValue(name, out var record)) return ControlProblems.UnknownDeployment(name, store.Deployments.Keys);
        if (record.Deleting) return ControlProblems.DeploymentStopping(record.Name);
        var chosen = RollbackRule.Choose(record, revision);
        if (!chosen.TryGet(out var back)) return Result.Fail<Deployed>(chosen.Problems);
        return Deploy(new DeployOrder(back.Manifest, back.ManifestText, back.Content, record.Engine, null, record.Source) { CopyOf = back.CopyOf ?? back.Number });
    }

    /// <exception cref="StateException">It could not be written.</exception>
    public Result<Deployed> Pause(string name) => Change(name, record => RolloutRule.Pause(record, clock.Utc));

    /// <exception cref="StateException">It could not be written.</exception>
    public Result<Deployed> Resume(string name) => Change(name, record => RolloutRule.Resume(record, clock.Utc));

    /// <param name="view">Tells what was served while the update ran.</param>
    /// <exception cref="StateException">It could not be written.</exception>
    public Result<Deployed> Abort(string name, FleetView view) => Change(name, record => RolloutRule.Abort(record, view.RolloutTraffic.GetValueOrDefault(record.Name), clock.Utc));

    /// <exception cref="StateException">It could not be written.</exception>
    public Result<Deployed> Promote(string name) => Change(name, record => RolloutRule.Promote(record, clock.Utc));

    /// <exception cref="StateException">It could not be written.</exception>
    public Result<Deployed> Remove(string name) => Change(name, record => DeployRule.Remove(record, clock.Utc));

    /// <summary>What carrying out the order would do, to the end.</summary>
    public Result<(DeploymentRecord After, IReadOnlyList<EngineAction> Steps)> Plan(DeployOrder order, FleetView view)
    {
        var problems = Check(order);
        if (problems.Count > 0) return Result.Fail<(DeploymentRecord, IReadOnlyList<EngineAction>)>(problems);
        var current = store.Deployments.GetValueOrDefault(order.Manifest.Name.Value);
        if (current?.Deleting == true) return ControlProblems.DeploymentStopping(current.Name);
        var after = DeployRule.Deploy(order, current, clock.Utc).Record;
        var observed = view.Of(after.Name).Select(r => r.Observed).ToList();
        return (after, PlanForecast.Of(new Planner(new Random(0)), DeploymentTarget.Of(after), observed));
    }

    private Result<Deployed> Change(string name, Func<DeploymentRecord, Result<StateChange>> decide)
    {
        var result = store.Change(deployments =>
        {
            if (!deployments.TryGetValue(name, out var record)) return (new StateChange(), (Result<Deployed>)ControlProblems.UnknownDeployment(name, deployments.Keys));
            var decided = decide(record);
            if (!decided.TryGet(out var change)) return (new StateChange(), Result.Fail<Deployed>(decided.Problems));
            return (change, new Deployed(change.Deployment ?? record, change.Deployment is not null));
        });
        changed();
        return result;
    }

    private static ReplicaSpec Example(DeployOrder order) =>
        ReplicaTemplate.Of(order.Manifest, order.Content).Spec(ReplicaId.New(order.Manifest.Name, 1, new Random(0)), 1);
}

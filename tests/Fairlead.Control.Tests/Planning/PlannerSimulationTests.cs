using Fairlead.Control.Fleet;
using Fairlead.Control.Planning;
using Fairlead.Control.Tests.Fakes;
using Fairlead.Core.Engines;

namespace Fairlead.Control.Tests.Planning;

/// <summary>A model of the world in which anything may happen between two plans; what our own steps take away is compared with what they may.</summary>
public sealed class PlannerSimulationTests
{
    [Fact]
    public void AnyHistory_NeverLosesServingReplicasByOurOwnSteps_AndConverges()
    {
        for (var seed = 0; seed < 300; seed++) new Simulation(seed).Run(events: 120);
    }

    private sealed class Simulation(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Planner _planner = new(new Random(seed));
        private readonly List<ObservedReplica> _world = [];
        private DeploymentRecord _record = Given.Deployment(Given.Manifest(min: 2, surge: 1 + (seed % 3)));
        private TimeSpan _now;

        public void Run(int events)
        {
            for (var i = 0; i < events; i++)
            {
                Happen();
                PlanAndApply();
            }

            Converge();
        }

        private void Happen()
        {
            _now += TimeSpan.FromMilliseconds(_random.Next(0, 3000));
            switch (_random.Next(12))
            {
                case 0: Pick(r => r.Running, r => r with { Running = false, Ready = false, Routed = false, DrainingSince = null, Stopping = false, RestartAt = _now + TimeSpan.FromSeconds(_random.Next(0, 4)) }); break;
                case 1: Pick(r => r is { Running: true, Ready: true }, r => r with { Ready = false, Routed = false }); break;
                case 2: _record = _record with { Replicas = _random.Next(0, 6) }; break;
                case 3: _record = Given.Updated(_record, version: $"v{_random.Next(4)}"); break;
                case 4: EndRollout(); break;
                // The controller is started again: it has forgotten what it was draining.
                case 5: Replace(r => r.Running ? r with { DrainingSince = null, Stopping = false, Routed = r.Ready } : r); break;
                default: Settle(_random.Next(3) == 0); break;
            }
        }

        private void PlanAndApply()
        {
            var target = DeploymentTarget.Of(_record);
            var before = _world.Count(r => r.Serving);
            var runningBefore = _world.Count(r => r.Running);
            var plan = _planner.Plan(target, _world, _now);
            foreach (var step in plan) Apply(step);
            var after = _world.Count(r => r.Serving);
            after.ShouldBeGreaterThanOrEqualTo(Math.Min(before, target.Replicas), $"seed {seed}: {string.Join(", ", plan)}");
            if (target.Fallback is null) return;
            var started = plan.OfType<EngineAction.Start>().Count(s => s.Replica.Revision == target.Wanted.Number);
            if (started > 0 && _world.Any(r => r.Running && !target.Wanted.Accepts.Contains(r.Revision) && r.Active))
            {
                _world.Count(r => r.Running).ShouldBeLessThanOrEqualTo(Math.Max(runningBefore, target.Replicas + target.MaxSurge), $"seed {seed}: {string.Join(", ", plan)}");
            }
        }

        private void Converge()
        {
            for (var i = 0; i < 300; i++)
            {
                _now += TimeSpan.FromSeconds(1);
                Settle(all: true);
                PlanAndApply();
                EndRollout();
            }

            var target = DeploymentTarget.Of(_record);
            _world.ShouldAllBe(r => r.Serving && target.Wanted.Accepts.Contains(r.Revision), $"seed {seed}");
            _world.Count.ShouldBe(_record.Replicas, $"seed {seed}");
        }

        private void Settle(bool all) => Replace(r =>
        {
            if (!all && _random.Next(2) == 0) return r;
            if (r.Active) return r with { Ready = true, Routed = r.Ready };
            return r.Leaving ? r with { Routed = false, Idle = !r.Routed } : r;
        });

        private void EndRollout()
        {
            if (_record.Rollout is not { State: RolloutState.Progressing } rollout) return;
            var target = DeploymentTarget.Of(_record);
            var complete = _world.Count(r => r.Serving && target.Wanted.Accepts.Contains(r.Revision)) >= _record.Replicas && !_world.Any(r => r.Running && !target.Wanted.Accepts.Contains(r.Revision));
            if (complete) _record = _record with { Rollout = rollout with { State = RolloutState.Complete } };
        }

        private void Apply(EngineAction step)
        {
            switch (step)
            {
                case EngineAction.Start start: _world.Add(new ObservedReplica { Id = start.Replica.Id, Revision = start.Replica.Revision, StartedAt = Given.Now + _now }); break;
                case EngineAction.Drain drain: Replace(r => r.Id == drain.Replica ? r with { DrainingSince = _now } : r); break;
                case EngineAction.Stop stop: _world.RemoveAll(r => r.Id == stop.Replica); break;
                case EngineAction.Remove remove:
                    _world.ShouldContain(r => r.Id == remove.Replica && !r.Running, $"seed {seed}: only what has ended is removed");
                    _world.RemoveAll(r => r.Id == remove.Replica);
                    break;
            }
        }

        private void Pick(Func<ObservedReplica, bool> which, Func<ObservedReplica, ObservedReplica> change)
        {
            var candidates = _world.Where(which).ToList();
            if (candidates.Count == 0) return;
            var picked = candidates[_random.Next(candidates.Count)];
            Replace(r => r.Id == picked.Id ? change(r) : r);
        }

        private void Replace(Func<ObservedReplica, ObservedReplica> change)
        {
            for (var i = 0; i < _world.Count; i++) _world[i] = change(_world[i]);
        }
    }
}

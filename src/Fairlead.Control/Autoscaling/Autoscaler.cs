using System.Collections.Concurrent;
using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Reconciling;
using Fairlead.Control.Store;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;
using Microsoft.Extensions.Logging;

namespace Fairlead.Control.Autoscaling;

/// <summary>
/// Looks each second at the load of the deployments that have <c>scale/targets</c> or <c>scale/schedule</c>, decides, and writes the number that is wanted; the
/// reconciler does the rest. Beside the pure <see cref="ScalingPolicy"/> it only reads and writes.
/// </summary>
public sealed partial class Autoscaler(ScalingParts parts, ILogger logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<DeploymentName, ScalingDecision> _latest = new();
    private readonly Dictionary<DeploymentName, (DeploymentMeter Meter, ScalingHistory History)> _known = [];

    /// <summary>The last decision; null for a deployment without targets and schedule, or that was not looked at yet.</summary>
    public ScalingDecision? Of(DeploymentName deployment) => _latest.GetValueOrDefault(deployment);

    public async Task RunAsync(CancellationToken stopping)
    {
        var pause = new WakeSignal();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await TurnAsync(stopping);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogTurnFailed(logger, failure);
            }

            await pause.WaitAsync(Every, parts.Clock.Time, stopping);
        }
    }

    internal async Task TurnAsync(CancellationToken cancellationToken)
    {
        var records = parts.Store.Deployments.Values.Where(d => !d.Deleting && d.Current.Manifest.Scale.Automatic).ToList();
        foreach (var gone in _known.Keys.Except(records.Select(r => r.Name)).ToList())
        {
            _known.Remove(gone);
            _latest.TryRemove(gone, out _);
        }

        if (records.Count == 0) return;
        var view = parts.View();
        var gateway = await parts.Gateway(cancellationToken);
        foreach (var record in records)
        {
            var (meter, history) = _known.TryGetValue(record.Name, out var known) ? known : _known[record.Name] = (new DeploymentMeter(record.Name.Value), new ScalingHistory());
            var ready = view.Of(record.Name).Where(r => r.Observed is { Active: true, Ready: true }).ToList();
            var now = parts.Clock.Now;
            if (gateway is not null) meter.AddGateway(now, gateway);
            meter.Expect(now, parts.Clock.Utc, record.Wanted, ready);
            await ReadReplicasAsync(record.Current.Manifest, meter, ready, cancellationToken);
            Decide(record, meter, history, ready, view);
        }
    }

    private async Task ReadReplicasAsync(Manifest manifest, DeploymentMeter meter, List<SeenReplica> ready, CancellationToken cancellationToken)
    {
        var metrics = manifest.Scale.Targets?.Metrics ?? [];
        var pages = ready.Select(r => (r.State.Id, Address: MetricAddress.Of(r.State, manifest))).Where(r => r.Address is not null);
        foreach (var (replica, page) in await Task.WhenAll(pages.Select(async r => (r.Id, await parts.Replica(r.Address!, cancellationToken)))))
        {
            meter.AddReplica(parts.Clock.Now, replica.Value, page, metrics);
        }
    }

    private void Decide(DeploymentRecord record, DeploymentMeter meter, ScalingHistory history, List<SeenReplica> ready, FleetView view)
    {
        var now = parts.Clock.Now;
        var rules = ScalingRules.Of(record.Current.Manifest, meter.Startup, parts.Clock.Utc);
        // An update is judged by replicas that serve.
        if (record.UnderWay is not null) rules = rules with { Min = Math.Max(1, rules.Min) };
        var signals = meter.Read(now, rules, record.Replicas, ready, parts.Clock.Since(view.At));
        var decision = ScalingPolicy.Decide(rules, history, signals, now);
        var acts = !record.Current.Manifest.Scale.DryRun;
        history.Add(decision, signals.Rate.Value, ScalingPolicy.Cooldown(rules), acts);
        var before = Of(record.Name);
        _latest[record.Name] = decision;
        if (decision.Wanted != decision.Current && acts) Apply(record, decision);
        else if (Differs(before, decision)) Tell(record, decision, acts);
    }

    // Every number that changed and everything new that kept it from changing; not a line each second.
    private static bool Differs(ScalingDecision? before, ScalingDecision decision) =>
        before is null || before.Outcome != decision.Outcome || before.Wanted != decision.Wanted || before.Finding?.Kind != decision.Finding?.Kind
        || !before.Demands.SelectMany(d => d.Unusable.Select(Name)).SequenceEqual(decision.Demands.SelectMany(d => d.Unusable.Select(Name)));

    // Without its age, which grows from look to look.
    private static string Name(string unusable) => unusable.Split(' ')[0];

    private void Apply(DeploymentRecord record, ScalingDecision decision)
    {
        parts.Store.Change(deployments =>
        {
            // What was decided on may have been changed by hand meanwhile; the next look sees it.
            if (!deployments.TryGetValue(record.Name.Value, out var current) || current.Deleting || current.Replicas != decision.Current) return (new StateChange(), false);
            return (new StateChange { Deployment = current with { Replicas = decision.Wanted }, Events = [Event(record, decision, EventKind.Autoscaled, acts: true)] }, true);
        });
        parts.Changed();
    }

    private void Tell(DeploymentRecord record, ScalingDecision decision, bool acts) =>
        parts.Store.Change(new StateChange { Events = [Event(record, decision, EventKind.ScalingDecided, acts)] });

    private EventEntry Event(DeploymentRecord record, ScalingDecision decision, string kind, bool acts)
    {
        var finding = decision.Finding is { } found ? $"; {found.Message}" : ".";
        var severity = decision.Finding is not null || decision.Outcome is ScalingOutcome.Blind or ScalingOutcome.AtMax ? Severity.Warning : Severity.Information;
        return EventEntry.Of(parts.Clock.Utc, kind, $"'{record.Name}' {(acts ? "" : "would be scaled, were it no dry run: ")}{ScalingText.Of(decision)}{finding}", record.Name, severity: severity);
    }

    [LoggerMessage(5060, LogLevel.Error, "A round of the autoscaler failed; the next one is in a second.")]
    private static partial void LogTurnFailed(ILogger logger, Exception failure);
}

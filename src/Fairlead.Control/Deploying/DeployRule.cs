using System.Globalization;
using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Store;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;

namespace Fairlead.Control.Deploying;

/// <summary>What a deploy, a scaling and a removal make of a deployment. Pure.</summary>
public static class DeployRule
{
    /// <summary>The bound when the manifest sets none.</summary>
    public const int MostReplicas = 1000;

    public static Problem? CheckReplicas(int replicas, Manifest manifest)
    {
        var most = manifest.Scale.Max ?? MostReplicas;
        if (manifest.Scale.Automatic && replicas < manifest.Scale.Min) return ControlProblems.ReplicasOutOfBounds(replicas, most, $"scale.min is {manifest.Scale.Min}, and targets and schedule keep within it");
        if (replicas < 0) return ControlProblems.ReplicasOutOfBounds(replicas, most, "fewer than none cannot run");
        return replicas <= most ? null : ControlProblems.ReplicasOutOfBounds(replicas, most, manifest.Scale.Max is null ? $"at most {most} run" : $"scale.max is {most}");
    }

    /// <param name="current">Null when there is none of this name.</param>
    public static (DeploymentRecord Record, bool Changed, IReadOnlyList<EventEntry> Events) Deploy(DeployOrder order, DeploymentRecord? current, DateTimeOffset now)
    {
        if (current is null) return Create(order, now);
        // Of what a load has asked for an update must take nothing away.
        var kept = current.ReplicasByHand ? current.Replicas : !order.Manifest.Scale.Automatic ? order.Manifest.Scale.Min : Math.Max(current.Replicas, order.Manifest.Scale.Min);
        var replicas = order.Replicas ?? kept;
        if (order.Manifest.Scale.Max is { } max) replicas = Math.Min(replicas, max);
        // A revision that is to start on demand shows first that it can; in a dry run nothing would start it later.
        if (order.Replicas is null && order.Manifest.Scale.Min == 0 && (order.Manifest.Scale.DryRun || IsUnproven(current, order))) replicas = Math.Max(1, replicas);
        var byHand = order.Replicas is not null || current.ReplicasByHand;
        var same = current.Current.ManifestText == order.ManifestText && current.Current.Content == order.Content;
        var scaled = current with { Replicas = replicas, ReplicasByHand = byHand, Source = order.Source ?? current.Source };
        var events = new List<EventEntry>();
        if (replicas != current.Replicas) events.Add(Scaled(current, replicas, now));
        if (same) return (replicas == current.Replicas && byHand == current.ReplicasByHand ? current : scaled, replicas != current.Replicas, events);
        var updated = Update(scaled, order, now);
        var copy = order.CopyOf is { } original ? $"a copy of revision {original}, " : "";
        events.Add(Told(EventKind.RevisionCreated, $"Revision {updated.Wanted} of '{updated.Name}' is {copy}version {order.Manifest.Version}{Packed(order)}.", updated, now));
        if (updated.UnderWay is { } rollout && rollout.To == updated.Wanted)
        {
            events.Add(Told(EventKind.RolloutStarted, $"'{updated.Name}' is updated from revision {rollout.From} to {rollout.To}.", updated, now));
        }

        return (updated, true, events);
    }

    public static StateChange Scale(DeploymentRecord current, int replicas, DateTimeOffset now) =>
        current.Replicas == replicas && current.ReplicasByHand
            ? new StateChange()
            : new StateChange { Deployment = current with { Replicas = replicas, ReplicasByHand = true }, Events = current.Replicas == replicas ? [] : [Scaled(current, replicas, now)] };

    public static StateChange Remove(DeploymentRecord current, DateTimeOffset now) => current.Deleting
        ? new StateChange()
        : new StateChange
        {
            Deployment = current with { Deleting = true },
            Events = [Told(EventKind.DeploymentStopping, $"'{current.Name}' is being removed: its replicas are drained and stopped.", current, now)],
        };

    private static (DeploymentRecord Record, bool Changed, IReadOnlyList<EventEntry> Events) Create(DeployOrder order, DateTimeOffset now)
    {
        var manifest = order.Manifest;
        var record = new DeploymentRecord
        {
            Name = manifest.Name,
            Engine = order.Engine,
            Wanted = 1,
            Replicas = order.Replicas ?? Math.Max(1, manifest.Scale.Min),
            ReplicasByHand = order.Replicas is not null,
            Source = order.Source,
            CreatedAt = now,
            Revisions = [new RevisionRecord(1, manifest, order.ManifestText, order.Content) { CreatedAt = now }],
        };
        return (record, true,
        [
            Told(EventKind.DeploymentCreated, $"'{record.Name}' is wanted with {Replicas(record.Replicas)}{(order.Source is null ? "" : $", from {order.Source}")}.", record, now),
            Told(EventKind.RevisionCreated, $"Revision 1 of '{record.Name}' is version {manifest.Version}{Packed(order)}.", record, now),
        ]);
    }

    private static DeploymentRecord Update(DeploymentRecord current, DeployOrder order, DateTimeOffset now)
    {
        var number = current.Revisions[^1].Number + 1;
        var revision = new RevisionRecord(number, order.Manifest, order.ManifestText, order.Content) { CreatedAt = now, CopyOf = order.CopyOf };
        var superseded = current.Current.State == RevisionState.Current ? current.Current with { State = RevisionState.Superseded } : current.Current;
        var updated = current with
        {
            Wanted = number,
            Revisions = current.Revisions.SetItem(current.Revisions.FindIndex(r => r.Number == current.Wanted), superseded).Add(revision),
        };
        // An update that is overtaken goes back, if it must, to where the first one began: that is what last served well.
        var from = current.UnderWay?.From ?? current.Wanted;
        var nothingRunsOtherwise = current.UnderWay is null && revision.Template.Digest == current.Current.Template.Digest;
        return nothingRunsOtherwise ? updated : updated with { Rollout = new RolloutRecord(from, number, RolloutState.Progressing, now) };
    }

    private static bool IsUnproven(DeploymentRecord current, DeployOrder order) =>
        current.UnderWay is not null || ReplicaTemplate.Of(order.Manifest, order.Content).Digest != current.Current.Template.Digest;

    private static EventEntry Scaled(DeploymentRecord record, int replicas, DateTimeOffset now) =>
        Told(EventKind.Scaled, $"'{record.Name}' is scaled from {record.Replicas} to {Replicas(replicas)}.", record, now);

    private static EventEntry Told(string kind, string message, DeploymentRecord record, DateTimeOffset now) => EventEntry.Of(now, kind, message, record.Name);

    private static string Replicas(int count) => count == 1 ? "1 replica" : string.Create(CultureInfo.InvariantCulture, $"{count} replicas");

    private static string Packed(DeployOrder order) => order.Content is null ? "" : $" ({order.Content.Short})";
}

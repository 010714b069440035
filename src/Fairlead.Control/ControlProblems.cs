using Fairlead.Core.Identity;
using Fairlead.Core.Results;

namespace Fairlead.Control;

/// <summary>What the state and the decisions of the controller can refuse.</summary>
public static class ControlProblems
{
    public static Problem StateCorrupt(string path, string detail) => new(
        "FL5001",
        $"The state file '{path}' is damaged: {detail}.",
        $"Restore a copy of '{path}', or move it (and '{path}-wal' beside it) away to begin with no deployments; replicas that still run are then ended as orphans.");

    public static Problem StateNewer(string path, int found, int known) => new(
        "FL5002",
        $"The state file '{path}' has schema {found}; this Fairlead knows schemas up to {known}.",
        "Use the newer Fairlead that wrote it, or another FAIRLEAD_HOME. Nothing was changed.");

    public static Problem StateReadOnly(string path, string detail) => new(
        "FL5003",
        $"The state file '{path}' cannot be written: {detail}.",
        "Give this user the right to write the file and its folder, or set FAIRLEAD_HOME to a folder that can be written.");

    public static Problem StateDiskFull(string path) => new(
        "FL5004",
        $"There is no room left on the disk of '{path}'; the change was not made.",
        "Free some space and ask again. What runs goes on serving.");

    public static Problem StateUnreadable(string path, string detail) => new(
        "FL5005",
        $"Reading or writing the state file '{path}' failed: {detail}.",
        "Check the disk and ask again. What runs goes on serving.");

    public static Problem StateInUse(string path) => new(
        "FL5006",
        $"The state file '{path}' is in use by another program.",
        "End what holds it; only the controller may have it open.");

    public static Problem UnknownZone(string zone) =>
        new("FL5281", $"scale/schedule: this machine knows no time zone '{zone}'.", "Write a name of the IANA database, such as Europe/Berlin; a zone that is newer than this machine's rules comes with the package tzdata.");

    public static Problem NoZones(string zone) =>
        new("FL5281", $"scale/schedule: this machine has no rules of time zones, so it does not know '{zone}'.", "Install the package tzdata on the machine that runs the controller, or leave time_zone out and write the cron expression in UTC.");

    public static Problem UnknownDeployment(string name, IEnumerable<string> known)
    {
        var list = string.Join(", ", known);
        return new("FL5010", $"There is no deployment '{name}'.", list.Length == 0 ? "There are none; `fairlead up PATH` makes one." : $"There are: {list}.");
    }

    public static Problem UnknownEngine(string name, IEnumerable<string> known) => new(
        "FL5011", $"There is no engine '{name}' here.", $"Use one of: {string.Join(", ", known)}.");

    public static Problem OtherEngine(DeploymentName name, string runsOn, string asked) => new(
        "FL5020", $"'{name}' runs on the engine '{runsOn}', and a deployment does not move to '{asked}'.", $"Deploy it under another name, or take it down first (`fairlead down {name}`), or use --engine {runsOn}.");

    public static Problem ContentMissing(Digest content, string path) => new(
        "FL5012", $"The content {content.Short} is not in the content store ('{path}').", "Deploy again with `fairlead up`, which packs the model first.");

    public static Problem ContentRequired(DeploymentName name) => new(
        "FL5013", $"The deployment '{name}' needs packed content and the request names none.", "Give 'content': the digest of the packed folder.");

    public static Problem ReplicasOutOfBounds(int replicas, int most, string why) => new(
        "FL5014", $"{replicas} replicas are out of bounds: {why}.", $"Ask for 0 to {most}, or change scale.max in fairlead.yaml and deploy again.");

    public static Problem DeploymentStopping(DeploymentName name) => new(
        "FL5015", $"The deployment '{name}' is being removed.", "Wait until it is gone (`fairlead status`), then deploy it again.");

    public static Problem DigestInvalid(string text) => new(
        "FL5016", $"'{text}' is no content digest.", "Write sha256: and 64 lower-case hexadecimal digits.");

    public static Problem NameMismatch(string route, DeploymentName manifest) => new(
        "FL5017", $"The address names the deployment '{route}' and the manifest '{manifest}'.", "Use the manifest's name in the address.");

    public static Problem StartFailed(ReplicaId replica, string detail) => new(
        "FL5018", $"The replica {replica} could not be started: {detail}.", "Put right what the message says; it is tried again by itself.");

    public static Problem TurnFailed(string detail) => new(
        "FL5019", $"The controller's last look at the replicas failed: {detail}.", "It is tried again every second; see the controller's log.");

    public static Problem EngineAway(string engine, string detail) => new(
        "FL5245", $"The engine {engine} cannot be asked what runs: {detail}.", "Start it again or put right what the message says; the controller asks until it answers.");

    public static Problem NoUpdate(DeploymentName name) => new(
        "FL5240", $"No update of '{name}' is under way.", $"`fairlead rollout status {name}` shows the last one; `fairlead rollback {name}` goes back to the revision before.");

    public static Problem NoCanary(DeploymentName name) => new(
        "FL5241", $"The update of '{name}' is no canary, or has passed its steps: there is no share of the traffic to raise.", "A rolling update goes on by itself; promote only a canary (rollout.strategy: canary).");

    public static Problem UnknownRevision(DeploymentName name, int revision, IEnumerable<int> known) => new(
        "FL5242", $"'{name}' has no revision {revision}.", $"There are: {string.Join(", ", known)} (`fairlead history {name}`).");

    public static Problem NothingBefore(DeploymentName name) => new(
        "FL5243", $"'{name}' has no earlier revision that served and differs from the one that is wanted.", $"`fairlead history {name}` lists the revisions; name one of them.");

    public static Problem RevisionRuns(DeploymentName name, int revision) => new(
        "FL5244", $"Revision {revision} of '{name}' is what is wanted already.", $"`fairlead history {name}` lists the others.");
}

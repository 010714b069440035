namespace Fairlead.Control.Events;

/// <summary>The stable words by which events are told apart.</summary>
public static class EventKind
{
    public const string ControllerStarted = "controller_started";
    public const string ControllerStopped = "controller_stopped";
    public const string DeploymentCreated = "deployment_created";
    public const string DeploymentStopping = "deployment_stopping";
    public const string DeploymentRemoved = "deployment_removed";
    public const string RevisionCreated = "revision_created";
    public const string Scaled = "scaled";
    public const string Autoscaled = "autoscaled";
    public const string Woken = "woken";
    public const string ScalingDecided = "scaling_decided";
    public const string Adopted = "adopted";
    public const string OrphanStopped = "orphan_stopped";
    public const string ReplicaStarted = "replica_started";
    public const string ReplicaStartFailed = "replica_start_failed";
    public const string ReplicaReady = "replica_ready";
    public const string ReplicaNotReady = "replica_not_ready";
    public const string ReplicaDraining = "replica_draining";
    public const string ReplicaStopped = "replica_stopped";
    public const string ReplicaKilled = "replica_killed";
    public const string ReplicaExited = "replica_exited";
    public const string ReplicaSick = "replica_sick";
    public const string ReplicaLost = "replica_lost";
    public const string EngineAway = "engine_away";
    public const string EngineBack = "engine_back";
    public const string RolloutStarted = "rollout_started";
    public const string RolloutCompleted = "rollout_completed";
    public const string RolloutRolledBack = "rollout_rolled_back";
    public const string RolloutStep = "rollout_step";
    public const string RolloutPaused = "rollout_paused";
    public const string RolloutResumed = "rollout_resumed";
    public const string GatewayStarted = "gateway_started";
    public const string GatewayAdopted = "gateway_adopted";
    public const string GatewayExited = "gateway_exited";
    public const string GatewayReplaced = "gateway_replaced";
    public const string GatewayDrained = "gateway_drained";
    public const string GatewayStartFailed = "gateway_start_failed";
}

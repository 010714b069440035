namespace Fairlead.Gateway.Routing;

/// <summary>The replicas of one revision in one table.</summary>
internal sealed class RevisionPool(int revision, string version, int weight, ReplicaState[] replicas)
{
    public int Revision { get; } = revision;

    public string Version { get; } = version;

    public int Weight { get; } = weight;

    public ReplicaState[] Replicas { get; } = replicas;

    public bool HasOther(ReplicaState replica) => Array.Exists(Replicas, r => r != replica && r.Health.IsRoutable);
}

using Fairlead.Control.Deploying;
using Fairlead.Control.Fleet;
using Fairlead.Control.Planning;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;

namespace Fairlead.Control.Tests.Fakes;

/// <summary>Values that tests begin with.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Manifest Manifest(string version = "1", int min = 2, int? max = null, int surge = 1, string name = "penguins", params (string Name, string Value)[] env) => new()
    {
        Name = DeploymentName.Parse(name),
        Version = version,
        Model = new ModelSpec { Command = ["serve"] },
        Env = env.ToDictionary(e => e.Name, e => e.Value),
        Serve = new ServeSpec { Timeout = TimeSpan.FromSeconds(5) },
        Scale = new ScaleSpec { Min = min, Max = max },
        Rollout = new RolloutSpec { MaxSurge = surge, Deadline = TimeSpan.FromSeconds(60), Watch = TimeSpan.FromSeconds(1) },
    };

    public static Digest Content(string text = "content") => Digest.Of(System.Text.Encoding.UTF8.GetBytes(text));

    public static DeployOrder Order(Manifest manifest, int? replicas = null, string content = "content") =>
        new(manifest, ManifestJson.Write(manifest), Content(content), "process", replicas, "fairlead.yaml");

    public static Result<Manifest> Parse(string text) => ManifestReader.Parse(text, "state.db", null);

    public static DeploymentRecord Deployment(Manifest? manifest = null) => DeployRule.Deploy(Order(manifest ?? Manifest()), null, Now).Record;

    public static DeploymentRecord Updated(DeploymentRecord record, string version = "2") =>
        DeployRule.Deploy(Order(record.Current.Manifest with { Version = version }), record, Now).Record;

    /// <summary>A serving replica.</summary>
    public static ObservedReplica Replica(int revision = 1, int age = 60, int seed = 0) => new()
    {
        Id = ReplicaId.New(DeploymentName.Parse("penguins"), revision, new Random((seed * 1000) + age + revision)),
        Revision = revision,
        Ready = true,
        Routed = true,
        StartedAt = Now - TimeSpan.FromSeconds(age),
    };
}

using System.Globalization;
using System.Text;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;
using Fairlead.Core.Models;

namespace Fairlead.Control.Fleet;

/// <summary>
/// Everything about a revision that its replicas see. Two revisions with the same template need no replica replaced:
/// a change of <c>scale</c> or <c>rollout</c>, or a rollback, keeps what runs.
/// </summary>
public sealed record ReplicaTemplate
{
    public const string ModelReadyPath = "/v2/health/ready";
    private const int ServicePort = 8080;

    private ReplicaTemplate(Manifest manifest, Workload workload, IReadOnlyDictionary<string, string> environment) =>
        (Manifest, Workload, Environment) = (manifest, workload, environment);

    public DeploymentName Deployment => Manifest.Name;

    public Workload Workload { get; }

    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The path that answers 200 when a replica is ready; null when an open port is all that can be asked for.</summary>
    public string? ReadyPath => Workload is Workload.Model ? ModelReadyPath : Manifest.Serve.Health;

    public Digest Digest => field ??= Digest.Of(Encoding.UTF8.GetBytes(Describe()));

    private Manifest Manifest { get; }

    public static ReplicaTemplate Of(Manifest manifest, Digest? content)
    {
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (manifest.Model.File is not null)
        {
            foreach (var (name, value) in ServerSettings.Of(manifest.Serve)) environment[name] = value;
            if (manifest.Resources.Cpu is { } cpu) environment[ServerSettings.Cpu] = cpu.ToString();
        }

        foreach (var (name, value) in manifest.Env) environment[name] = value;
        return new ReplicaTemplate(manifest, WorkloadOf(manifest, content), environment);
    }

    public ReplicaSpec Spec(ReplicaId id, int revision) => new()
    {
        Id = id,
        Deployment = Manifest.Name,
        Revision = revision,
        Workload = Workload,
        Environment = Environment,
        Secrets = Manifest.Secrets,
        Files = Manifest.Files,
        Volumes = Manifest.Volumes,
        Resources = Manifest.Resources,
    };

    private static Workload WorkloadOf(Manifest manifest, Digest? content) => manifest.Model switch
    {
        { File: not null } => new Workload.Model(Required(manifest, content)),
        { Command: { } command } => new Workload.Command(Required(manifest, content), command),
        { Image: { } image } => new Workload.Image(image, manifest.Serve.Port ?? ServicePort, manifest.Model.User, content),

        // Built into the local store, where its digest names it.
        { Dockerfile: not null } => new Workload.Image($"{manifest.Name}:{manifest.Version}@{Required(manifest, content)}", manifest.Serve.Port ?? ServicePort, manifest.Model.User),
        _ => throw new ArgumentException($"The manifest of '{manifest.Name}' names no model that can run.", nameof(manifest)),
    };

    private static Digest Required(Manifest manifest, Digest? content) =>
        content ?? throw new ArgumentException($"'{manifest.Name}' needs packed content.", nameof(content));

    // One line per field, lengths first, so that no two templates describe themselves alike.
    private string Describe()
    {
        var text = new StringBuilder();
        void Line(string key, params IEnumerable<string> values)
        {
            text.Append(key);
            foreach (var value in values) text.Append(CultureInfo.InvariantCulture, $" {value.Length}:{value}");
            text.Append('\n');
        }

        Line("version", Manifest.Version);
        switch (Workload)
        {
            case Workload.Model model: Line("model", model.Content.Value); break;
            case Workload.Command command: Line("command", [command.Content.Value, .. command.Arguments]); break;
            case Workload.Image image: Line("image", image.Reference, image.Port.ToString(CultureInfo.InvariantCulture), image.User ?? "", image.Content?.Value ?? ""); break;
        }

        foreach (var (name, value) in Environment) Line("env", name, value);
        foreach (var file in Manifest.Files) Line("file", file.From, file.To);
        foreach (var volume in Manifest.Volumes) Line("volume", volume.Name, volume.Path, volume.Size?.ToString() ?? "");
        Line("secrets", Manifest.Secrets);
        Line("health", Manifest.Serve.Health ?? "", Manifest.Serve.Port?.ToString(CultureInfo.InvariantCulture) ?? "");
        Line("resources", Manifest.Resources.Cpu?.ToString() ?? "", Manifest.Resources.Memory?.ToString() ?? "", Manifest.Resources.Gpu.ToString(CultureInfo.InvariantCulture));
        return text.ToString();
    }
}

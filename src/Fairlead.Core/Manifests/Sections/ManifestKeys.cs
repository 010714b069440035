using System.Text.Json.Nodes;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests.Reading;

namespace Fairlead.Core.Manifests.Sections;

/// <summary>The whole manifest: every key, and how the sections belong together.</summary>
internal static class ManifestKeys
{
    private static readonly Key<Manifest, string> Name =
        new("name", Texts.Name("penguins"), "The deployment's name.", m => m.Name.Value) { Required = true };

    private static readonly Key<Manifest, string> Version = new(
        "version",
        Scalars.Loose("a version", "1.4.0", Texts.IsBadVersion),
        "The image tag and the version in the inference protocol; immutable once pushed.",
        m => m.Version)
    { Required = true };

    private static readonly Key<Manifest, ModelSpec> Model = new("model", ModelKeys.Type, "What runs.", m => m.Model) { Required = true };

    private static readonly Key<Manifest, ImageSpec> Image = new("image", PartKeys.Image, "The image that is built.", m => m.Image);

    private static readonly Key<Manifest, ServeSpec> Serve = new("serve", ServeKeys.Type, "How requests are served.", m => m.Serve);

    private static readonly Key<Manifest, IReadOnlyDictionary<string, string>> Env = new(
        "env",
        new NamesType<string>(Scalars.AnyText("a text", "information", orNothing: true), "LOG_LEVEL", Texts.VariablePattern, Texts.IsBadVariable),
        "Environment variables of every replica: configuration apart from code.",
        m => m.Env);

    private static readonly Key<Manifest, IReadOnlyList<FileSpec>> Files = new("files", PartKeys.Files, "Configuration files laid into every replica.", m => m.Files);

    private static readonly Key<Manifest, IReadOnlyList<string>> Secrets = new(
        "secrets",
        new ListType<string>(Scalars.Text("a variable's name", "API_KEY", Texts.VariablePattern, Texts.IsBadSecret), name => ("secret", name)),
        "Names of secrets; their values are read when a replica starts and are written nowhere.",
        m => m.Secrets);

    private static readonly Key<Manifest, IReadOnlyList<VolumeSpec>> Volumes = new("volumes", PartKeys.Volumes, "Storage that outlives a replica.", m => m.Volumes);

    private static readonly Key<Manifest, ResourceSpec> Resources = new("resources", PartKeys.Resources, "What one replica may use.", m => m.Resources);

    private static readonly Key<Manifest, ScaleSpec> Scale = new("scale", ScaleKeys.Type, "How many replicas run.", m => m.Scale);

    private static readonly Key<Manifest, RolloutSpec> Rollout = new("rollout", RolloutKeys.Type, "How a new revision takes over from the old one.", m => m.Rollout);

    private static readonly Key<Manifest, NetworkSpec> Network = new("network", PartKeys.Network, "Who may reach the deployment.", m => m.Network);

    private static readonly Key<Manifest, AlertsSpec> Alerts = new("alerts", AlertKeys.Type, "When somebody is told, and who.", m => m.Alerts);

    private static readonly Key<Manifest>[] All =
        [Name, Version, Model, Image, Serve, Env, Files, Secrets, Volumes, Resources, Scale, Rollout, Network, Alerts];

    private static readonly Lazy<IReadOnlyList<string>> Paths = new(() => [.. Type!.Keys()]);

    public static RecordType<Manifest> Type { get; } = new("{name: penguins, version: 1.4.0, model: {file: model.onnx}}", All, Read)
    {
        Beside = new Dictionary<string, Func<JsonObject>> { [Environments.Key] = Environments.Schema },
    };

    /// <summary>The section that has a key of this name, empty for the root; null when none or several have.</summary>
    public static string? PlaceOf(string key)
    {
        var places = Paths.Value.Where(path => path == key || path.EndsWith($"/{key}", StringComparison.Ordinal)).ToList();
        return places is [var only] ? only[..^key.Length].TrimEnd('/', '*') : null;
    }

    private static Manifest Read(MapReader map)
    {
        var model = map.Get(Model, new ModelSpec());
        var env = map.Get(Env, new Dictionary<string, string>());
        var secrets = map.Get(Secrets, []);
        if (map.Below(Serve) is { } serve) RefuseServiceKeys(serve, model);
        foreach (var both in secrets.Where(env.ContainsKey)) map.Report(Secrets, ManifestProblems.SecretInEnv(both));
        var (scale, network) = (map.Get(Scale, new ScaleSpec()), map.Get(Network, new NetworkSpec()));
        if (scale.Min == 0 && !network.Expose) map.Report(Scale, ManifestProblems.ZeroUnexposed());
        var defaults = new Manifest { Name = null!, Version = "", Model = model };
        return defaults with
        {
            Name = DeploymentName.TryParse(map.Find(Name), out var name) ? name : null!,
            Version = map.Find(Version) ?? "",
            Image = map.Get(Image, defaults.Image),
            Serve = map.Get(Serve, defaults.Serve),
            Env = env,
            Files = map.Get(Files, []),
            Secrets = secrets,
            Volumes = map.Get(Volumes, []),
            Resources = map.Get(Resources, defaults.Resources),
            Scale = scale,
            Rollout = map.Get(Rollout, defaults.Rollout),
            Network = network,
            Alerts = map.Get(Alerts, defaults.Alerts),
        };
    }

    private static void RefuseServiceKeys(MapReader serve, ModelSpec model)
    {
        if (model.File is not null)
        {
            serve.Refuse([ServeKeys.Port, ServeKeys.Health, ServeKeys.Metrics, ServeKeys.Concurrency], key => ManifestProblems.OnlyWith(key.Name, "model/image or model/command", "The model server of a model file has its own; remove the key."));
        }

        // Two replicas of a command share the machine's ports, so that each must be told its own.
        if (model.Command is not null)
        {
            serve.Refuse([ServeKeys.Port], key => ManifestProblems.OnlyWith(key.Name, "model/image", "A command is told its port in the variable PORT; remove the key."));
        }
    }
}

using System.Globalization;
using Fairlead.Core.Manifests;
using Fairlead.Core.Models;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;
using Fairlead.Packaging.Closure;

namespace Fairlead.Packaging.Building;

/// <summary>The configuration and manifest of a model's image: how it is run, and what it says of itself.</summary>
internal static class ImageDocuments
{
    private const long Second = 1_000_000_000;

    /// <summary>The server asks itself: there is no shell and no curl in the image.</summary>
    public static IReadOnlyList<string> HealthCommand { get; } = [$"/{ServerProgram.ProgramInImage}", "--health"];

    public static IReadOnlyList<string> Ports { get; } = ["8080/tcp", "8081/tcp", "8082/tcp"];

    public const string StopSignal = "SIGTERM";

    /// <summary>Paths of files that look like secrets and were allowed, for who checks the image later.</summary>
    public const string AllowedSecretsLabel = "dev.fairlead.allowed-secrets";

    public static HealthCheck Health { get; } = new() { Test = ["CMD", .. HealthCommand], Interval = 10 * Second, Timeout = 5 * Second, StartPeriod = 60 * Second, Retries = 3 };

    public static ImageConfig Config(ImagePlan plan, IReadOnlyList<BuiltLayer> layers) => new()
    {
        Created = plan.Created,
        Architecture = Architecture(plan.Machine),
        OperatingSystem = "linux",
        Run = Run(plan),
        RootFileSystem = new RootFileSystem { DiffIds = [.. plan.Base?.Config.RootFileSystem.DiffIds ?? [], .. layers.Select(l => l.DiffId)] },
        History = [.. BaseHistory(plan.Base), .. layers.Select(l => new HistoryEntry { Created = plan.Created, CreatedBy = "fairlead build", Comment = l.Descriptor.Annotation(AnnotationKeys.Title) })],
    };

    public static ImageManifest Manifest(ImagePlan plan, Descriptor config, IReadOnlyList<BuiltLayer> layers) => new()
    {
        Config = config,
        Layers = [.. plan.Base?.Manifest.Layers.Select(ToOci) ?? [], .. layers.Select(l => l.Descriptor)],
        Annotations = Labels(plan),
    };

    public static RunConfig Run(ImagePlan plan) => new()
    {
        User = BaseFiles.User,
        ExposedPorts = Ports.ToDictionary(p => p, _ => EmptyObject.Value),
        Environment = [.. Environment(plan.Order.Manifest, plan.Base).Select(e => $"{e.Key}={e.Value}")],
        Entrypoint = [$"/{ServerProgram.ProgramInImage}"],
        WorkingFolder = $"/{ModelLayer.Folder}",
        Labels = Labels(plan),
        StopSignal = StopSignal,
        HealthCheck = Health,
    };

    /// <summary>As Docker and OCI name it.</summary>
    public static string Architecture(ElfMachine machine) => machine == ElfMachine.Arm64 ? "arm64" : "amd64";

    // The same bytes under OCI's name: tools refuse manifests that mix the two.
    private static Descriptor ToOci(Descriptor layer) => layer with
    {
        MediaType = layer.MediaType switch { MediaTypes.DockerLayer => MediaTypes.Layer, MediaTypes.DockerPlainLayer => MediaTypes.PlainLayer, _ => layer.MediaType },
    };

    private static SortedDictionary<string, string> Environment(Manifest manifest, BaseImage? below)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in below?.Config.Run?.Environment ?? []) if (pair.Split('=', 2) is [var name, var value]) variables[name] = value;
        foreach (var (name, value) in ServerSettings.Of(manifest.Serve)) variables[name] = value;

        // The runtime's debugging socket is a file, and the root file system need not be writable.
        variables["DOTNET_EnableDiagnostics"] = "0";
        return variables;
    }

    private static SortedDictionary<string, string> Labels(ImagePlan plan)
    {
        var (manifest, below) = (plan.Order.Manifest, plan.Base);
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [AnnotationKeys.Created] = plan.Created.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            [AnnotationKeys.Title] = manifest.Name.Value,
            [AnnotationKeys.Version] = manifest.Version,
        };
        if (plan.AllowedSecrets.Count > 0) labels[AllowedSecretsLabel] = string.Join(',', plan.AllowedSecrets);
        if (below is null) return labels;
        labels[AnnotationKeys.BaseDigest] = below.Digest.Value;
        if (below.Name is { } name) labels[AnnotationKeys.BaseName] = name;
        return labels;
    }

    // Every layer needs its entry, or none may have one: a base that tells nothing gets a line for each of its layers.
    private static IEnumerable<HistoryEntry> BaseHistory(BaseImage? below)
    {
        if (below is null) return [];
        var layers = below.Config.RootFileSystem.DiffIds.Count;
        return below.Config.History is { } history && history.Count(h => h.EmptyLayer != true) == layers
            ? history
            : Enumerable.Repeat(new HistoryEntry { CreatedBy = "base image" }, layers);
    }
}

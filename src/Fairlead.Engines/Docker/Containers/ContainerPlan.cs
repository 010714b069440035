using System.Globalization;
using Fairlead.Core.Engines;
using Fairlead.Core.Models;
using Fairlead.Engines.Docker.Api;

namespace Fairlead.Engines.Docker.Containers;

/// <summary>
/// The container that a replica becomes, decided whole and purely. Hardened as sections 4 and 5 of the CIS Docker Benchmark
/// ask; no key of the manifest loosens any of it but <c>model.user</c>.
/// </summary>
internal static class ContainerPlan
{
    /// <summary>The user of our own images, and a user that no machine has.</summary>
    public const string OwnUser = "65532:65532";

    public const string SecretsFolder = "/run/secrets";
    public const int MostProcesses = 1024;

    // The model server's own; the image says so too.
    private const int ModelHttp = 8080;
    private const int ModelMetrics = 8082;

    // Counted as memory of the replica when it is used.
    private const string Temporary = "rw,noexec,nosuid,nodev,size=64m,mode=1777";

    public static (int Http, int? Metrics) PortsOf(Workload workload) => workload is Workload.Image image ? (image.Port, null) : (ModelHttp, ModelMetrics);

    public static CreateContainer Of(ReplicaSpec spec, ContainerSetting setting)
    {
        var (http, metrics) = PortsOf(spec.Workload);
        int[] ports = metrics is { } second ? [http, second] : [http];
        return new CreateContainer
        {
            Image = setting.ImageId,
            User = setting.User,
            Env = [.. Environment(spec, http).Select(v => $"{v.Key}={v.Value}")],
            Labels = Labels(spec, setting, http, metrics),
            ExposedPorts = ports.ToDictionary(Port, static _ => new EmptyObject()),

            // The controller asks each replica itself, far more often and without starting a program in it each time.
            Healthcheck = new HealthSettings(["NONE"]),
            HostConfig = new HostSettings
            {
                NetworkMode = setting.Network,
                CapDrop = ["ALL"],
                SecurityOpt = ["no-new-privileges"],
                PidsLimit = MostProcesses,
                NanoCpus = spec.Resources.Cpu is { } cpu ? cpu.Millicores * 1_000_000L : null,
                Memory = spec.Resources.Memory?.Bytes,
                MemorySwap = spec.Resources.Memory?.Bytes,
                Tmpfs = new Dictionary<string, string> { ["/tmp"] = Temporary },
                Mounts = setting.Mounts,
                PortBindings = setting.Published ? ports.ToDictionary(Port, static IReadOnlyList<PortBinding> (_) => [new PortBinding("127.0.0.1", "")]) : new Dictionary<string, IReadOnlyList<PortBinding>>(),
                DeviceRequests = spec.Resources.Gpu > 0 ? [new DeviceRequest(spec.Resources.Gpu, [["gpu"]])] : [],
                LogConfig = new LogSettings("json-file", new Dictionary<string, string> { ["max-size"] = "16m", ["max-file"] = "2" }),
            },
        };
    }

    private static SortedDictionary<string, string> Environment(ReplicaSpec spec, int http)
    {
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in spec.Environment) environment[name] = value;
        foreach (var name in spec.Secrets) environment[SecretVariable(name)] = $"{SecretsFolder}/{name}";
        environment[ServerSettings.Replica] = spec.Id.Value;
        if (spec.Workload is Workload.Image) environment["PORT"] = http.ToString(CultureInfo.InvariantCulture);
        return environment;
    }

    /// <summary>The variable that tells a replica which file holds a secret, as many images know it.</summary>
    public static string SecretVariable(string name) => $"{name}_FILE";

    private static SortedDictionary<string, string> Labels(ReplicaSpec spec, ContainerSetting setting, int http, int? metrics)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [ContainerLabels.Home] = setting.Home,
            [ContainerLabels.Deployment] = spec.Deployment.Value,
            [ContainerLabels.Revision] = spec.Revision.ToString(CultureInfo.InvariantCulture),
            [ContainerLabels.Replica] = spec.Id.Value,
            [ContainerLabels.Image] = setting.ImageName,
            [ContainerLabels.Http] = http.ToString(CultureInfo.InvariantCulture),
        };
        if (metrics is { } port) labels[ContainerLabels.Metrics] = port.ToString(CultureInfo.InvariantCulture);
        if (setting.Notes.Count > 0) labels[ContainerLabels.Notes] = string.Join('\n', setting.Notes);
        return labels;
    }

    private static string Port(int port) => string.Create(CultureInfo.InvariantCulture, $"{port}/tcp");
}

/// <summary>What was found out for a replica before its container is made.</summary>
/// <param name="ImageName">For people: a reference with its digest.</param>
/// <param name="User">Null is the image's own.</param>
/// <param name="Published">Its ports are published at the loopback address, since its own address cannot be reached from here.</param>
internal sealed record ContainerSetting(
    string Home, string ImageId, string ImageName, string? User, string Network, bool Published, IReadOnlyList<MountSettings> Mounts, IReadOnlyList<string> Notes);

using System.Collections;
using Fairlead.Core.Engines;
using Fairlead.Core.Homes;
using Fairlead.Core.Models;
using Fairlead.Engines.Processes;

namespace Fairlead.Engines.Process;

/// <summary>
/// The environment of a replica, built from nothing: what a program needs of this machine, the manifest's variables, the
/// secrets it names, and what the engine decides. The controller's own tokens and keys are not handed on.
/// </summary>
internal static class ReplicaEnvironment
{
    public const string Port = "PORT";

    private static readonly string[] HandedOn =
    [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "DOTNET_ROOT", "DOTNET_ROOT_X64", "DOTNET_ROOT_ARM64", "FAIRLEAD_ONNXRUNTIME",
    ];

    /// <summary>What the engine sets; a manifest that sets one itself is refused rather than overruled.</summary>
    public static IEnumerable<string> Reserved(Workload workload) => workload is Workload.Command
        ? [ReplicaFolder.Mark, Port]
        : [ReplicaFolder.Mark, ServerSettings.ModelFolder, ServerSettings.Http, ServerSettings.Grpc, ServerSettings.Metrics];

    public static Dictionary<string, string> Build(
        ReplicaSpec spec, ReplicaRecord record, ReplicaFolder folder, FairleadHome home, IReadOnlyDictionary<string, string> secrets)
    {
        var environment = FromHost();
        environment["TMPDIR"] = folder.Temporary;
        foreach (var (name, value) in spec.Environment) environment[name] = value;
        foreach (var (name, value) in secrets) environment[name] = value;
        environment[ServerSettings.Replica] = spec.Id.Value;
        environment[ReplicaFolder.Mark] = folder.Root;
        if (spec.Resources.Cpu is { } cpu) environment[ServerSettings.Cpu] = cpu.ToString();
        if (spec.Workload is Workload.Command) environment[Port] = $"{record.HttpPort}";
        if (spec.Workload is Workload.Model model) AddModel(environment, record, home.ContentOf(model.Content));
        return environment;
    }

    /// <summary>The ports that a running replica was given; those of its gRPC are not asked for by anyone.</summary>
    public static (int? Http, int? Metrics) ReadPorts(int pid)
    {
        return (PortOf(Port) ?? PortOf(ServerSettings.Http), PortOf(ServerSettings.Metrics));

        int? PortOf(string name) => int.TryParse(ProcessTable.Variable(pid, name)?.Split(':')[^1], out var port) ? port : null;
    }

    private static void AddModel(Dictionary<string, string> environment, ReplicaRecord record, string content)
    {
        environment[ServerSettings.ModelFolder] = content;
        environment[ServerSettings.Http] = $"127.0.0.1:{record.HttpPort}";
        environment[ServerSettings.Grpc] = $"127.0.0.1:{record.GrpcPort}";
        environment[ServerSettings.Metrics] = $"127.0.0.1:{record.MetricsPort}";

        // Its diagnostic socket would lie in TMPDIR, where the path is too long for one; it costs a thread besides.
        environment.TryAdd("DOTNET_EnableDiagnostics", "0");
    }

    private static Dictionary<string, string> FromHost()
    {
        var environment = new Dictionary<string, string> { ["PATH"] = ProgramFile.DefaultPath, ["LANG"] = "C.UTF-8" };
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (HandedOn.Contains(name) || name.StartsWith("LC_", StringComparison.Ordinal)) environment[name] = (string?)variable.Value ?? "";
        }

        return environment;
    }
}

using Fairlead.Api.Wire;
using Fairlead.Cli.Output;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Fairlead.Packaging;

namespace Fairlead.Cli.Deploying;

/// <param name="Path">A folder, a manifest, or null for the current folder.</param>
internal sealed record DeployOptions(string? Path, string? Environment, string Engine, int? Replicas);

/// <param name="Path">As found, for people.</param>
internal sealed record ReadManifest(Manifest Manifest, string Path);

/// <summary>From a path to what the controller is asked for.</summary>
internal static class Preparation
{
    public const string ProcessEngine = "process";
    public const string DockerEngine = "docker";

    /// <summary>Null when replicas can run there; else why not. Other engines come one by one.</summary>
    public static Problem? CheckEngine(string engine) => engine is ProcessEngine or DockerEngine ? null : CliProblems.EngineNotSupported(engine);

    /// <summary>What lies in the user's files is wrong usage; a full disk or a home that cannot be written is a failure.</summary>
    public static int ExitCodeOf(IReadOnlyList<Problem> problems) => problems.All(p => p.At is not null) ? ExitCode.Usage : ExitCode.Failed;

    public static Result<ReadManifest> Read(CommandContext context, DeployOptions options)
    {
        var given = options.Path ?? ".";
        var path = context.FullPath(given);
        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) && File.Exists(path)) return CliProblems.ModelWithoutManifest(given, $"fairlead init {given}");
        var found = ManifestFile.Resolve(path);
        if (!found.TryGet(out var file)) return Result.Fail<ReadManifest>(found.Problems);
        var read = ManifestReader.ReadFile(file, options.Environment);
        return read.TryGet(out var manifest) ? new ReadManifest(manifest, file) : Result.Fail<ReadManifest>(read.Problems);
    }

    /// <summary>Packs what the engine needs into the home's stores, and says what to ask for.</summary>
    public static Task<Result<DeployRequest>> PackAsync(CommandContext context, ReadManifest read, DeployOptions options, Action<string, string> done, CancellationToken cancellationToken) =>
        options.Engine == DockerEngine
            ? new DockerPreparation(context, read, options, done).RunAsync(cancellationToken)
            : Task.Run(() => Pack(context, read, options, done), cancellationToken);

    /// <summary>The request for what was packed; the manifest may have been made more exact.</summary>
    public static DeployRequest Request(Manifest manifest, string? content, ReadManifest read, DeployOptions options) =>
        new(ManifestJson.Write(manifest), content, options.Engine, options.Replicas, read.Path);

    private static Result<DeployRequest> Pack(CommandContext context, ReadManifest read, DeployOptions options, Action<string, string> done)
    {
        var packed = ContentPacker.Pack(read.Manifest, Path.GetDirectoryName(read.Path)!, context.Home);
        if (!packed.TryGet(out var content)) return Result.Fail<DeployRequest>(packed.Problems);
        done("model packed", content.Digest.Value);
        return Request(read.Manifest, content.Digest.Value, read, options);
    }
}

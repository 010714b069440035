using System.Globalization;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Fairlead.Oci.Archives;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;
using Fairlead.Packaging.Building;
using Fairlead.Packaging.Provenance;
using Fairlead.Packaging.Secrets;

namespace Fairlead.Packaging.Dockerfiles;

/// <summary>Builds the user's own Dockerfile with Docker, or with Buildah where no Docker daemon answers, and takes the image into the store.</summary>
/// <param name="work">An empty folder.</param>
internal sealed class DockerfileBuild(BuildOrder order, StoreSession session, string work)
{
    public async Task<Result<BuiltImage>> RunAsync(DateTimeOffset created, CancellationToken cancellationToken)
    {
        var context = Path.Combine(order.Folder, order.Manifest.Model.Dockerfile!);
        if (!Core.Files.ContainedPath.IsBelow(order.Folder, context) && Path.GetFullPath(context) != order.Folder) return At(PackagingProblems.LeadsOut(order.Manifest.Model.Dockerfile!));
        if (!File.Exists(Path.Combine(context, "Dockerfile")) && !File.Exists(Path.Combine(context, "Containerfile"))) return At(DockerfileProblems.NoDockerfile(order.Manifest.Model.Dockerfile!));
        var clean = SecretSearch.Run(order.Manifest, order.Folder, order.Home, [], order.Variable, cancellationToken);
        if (!clean.IsOk) return Result.Fail<BuiltImage>(clean.Problems);
        order.Done("no secrets found", "");

        var archive = Path.Combine(work, "image.tar");
        var built = await BuildAsync(context, archive, created, cancellationToken);
        return built.IsOk ? await TakeAsync(archive, cancellationToken) : Result.Fail<BuiltImage>(built.Problems);
    }

    private async Task<Result<Done>> BuildAsync(string context, string archive, DateTimeOffset created, CancellationToken cancellationToken)
    {
        var idFile = archive + ".id";
        if (await ToolRun.RunAsync("docker", ["version", "--format", "{{.Server.Version}}"], cancellationToken) is { ExitCode: 0 } docker)
        {
            string[] file = File.Exists(Path.Combine(context, "Dockerfile")) ? [] : ["--file", Path.Combine(context, "Containerfile")];
            return await RunAsync($"Docker {docker.Words}", "docker", [["build", "--iidfile", idFile, .. file, context], ["save", "--output", archive, "@"]], idFile, cancellationToken);
        }

        if (await ToolRun.RunAsync("buildah", ["--version"], cancellationToken) is not { ExitCode: 0 } buildah) return DockerfileProblems.NoBuilder();
        string[] stamped = ["--timestamp", created.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)];
        return await RunAsync(buildah.Words, "buildah", [["build", "--format", "oci", "--iidfile", idFile, .. stamped, context], ["push", "@", $"oci-archive:{archive}"]], idFile, cancellationToken);
    }

    /// <summary>Runs the commands in order; <c>@</c> is the id that the first one wrote.</summary>
    private async Task<Result<Done>> RunAsync(string called, string program, IReadOnlyList<string[]> commands, string idFile, CancellationToken cancellationToken)
    {
        foreach (var command in commands)
        {
            string[] arguments = [.. command.Select(a => a == "@" ? File.ReadAllText(idFile).Trim() : a)];
            var outcome = await ToolRun.RunAsync(program, arguments, cancellationToken);
            if (outcome is not { ExitCode: 0 }) return DockerfileProblems.BuilderFailed($"{program} {command[0]}", outcome?.ExitCode ?? -1, outcome?.Words ?? "");
        }

        order.Done("Dockerfile built", called);
        return Result.Done;
    }

    private async Task<Result<BuiltImage>> TakeAsync(string archive, CancellationToken cancellationToken)
    {
        var before = Directory.EnumerateFiles(Path.Combine(session.Store.Folder, "blobs", "sha256")).Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
        var manifest = order.Manifest;
        await using var stream = File.OpenRead(archive);
        var imported = await ImageImport.ReadAsync(session, stream, archive, ImageName.Parse($"{manifest.Name}:{manifest.Version}"), cancellationToken);
        if (!imported.TryGet(out var images)) return Result.Fail<BuiltImage>(imported.Problems);
        var stored = images[0];
        var loaded = session.Store.Load(stored);
        if (!loaded.TryGet(out var image)) return Result.Fail<BuiltImage>(loaded.Problems);

        var facts = new BuildFacts(stored.Name.ToString(), stored.Manifest.Digest, order.ManifestDigest, GitRevision.Of(order.Folder), null, []);
        var attached = await Attachments.AddAsync(ProvenanceWriter.MediaType, ProvenanceWriter.Write(facts), stored.Manifest, session, cancellationToken);
        if (!attached.IsOk) return Result.Fail<BuiltImage>(attached.Problems);
        var layers = image.Manifest.Layers.Select((l, i) => new ImageLayer(l.Digest, l.Size, $"layer {i + 1}", before.Contains(l.Digest.Hex)));
        return new BuiltImage(manifest.Name.Value, manifest.Version, stored.Manifest.Digest, image.Size, [.. layers]);
    }

    private static Problem At(Problem problem) => problem with { At = new SourceLocation(ManifestFile.FileName, 0, "model/dockerfile") };
}

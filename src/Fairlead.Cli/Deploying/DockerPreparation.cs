using Fairlead.Api.Wire;
using Fairlead.Cli.Commands;
using Fairlead.Cli.Images;
using Fairlead.Core.Results;
using Fairlead.Engines.Docker.Daemons;
using Fairlead.Oci.Layouts;
using Fairlead.Packaging;

namespace Fairlead.Cli.Deploying;

/// <summary>What the Docker engine needs of a manifest: its image in the local store, or the exact image of others that it names. The daemon is asked first, so that nothing is built in vain.</summary>
/// <param name="done">Told of each step.</param>
internal sealed class DockerPreparation(CommandContext context, ReadManifest read, DeployOptions options, Action<string, string> done)
{
    private readonly OciStore _store = new(context.Home, context.Time);

    public async Task<Result<DeployRequest>> RunAsync(CancellationToken cancellationToken)
    {
        var manifest = read.Manifest;
        if (manifest.Model.Command is not null) return CliProblems.CommandOnDocker();
        var opened = DockerCheck.Of(context.Host.Variable(DockerCheck.HostVariable), context.Time);
        if (!opened.TryGet(out var docker)) return Result.Fail<DeployRequest>(opened.Problems);
        using (docker)
        {
            var asked = await docker.AskAsync(cancellationToken);
            if (!asked.TryGet(out var answer)) return Result.Fail<DeployRequest>(asked.Problems);
            done("Docker answers", answer.Daemon);
            return manifest.Model.Image is { } image ? await PinAsync(docker, image, cancellationToken) : await BuildAsync(cancellationToken);
        }
    }

    private async Task<Result<DeployRequest>> BuildAsync(CancellationToken cancellationToken)
    {
        var ordered = BuildOrder.Of(read.Manifest, read.Path, context.Home, BuildCommand.ServerFolder, context.Host.Variable);
        if (!ordered.TryGet(out var order)) return Result.Fail<DeployRequest>(ordered.Problems);
        var built = await new ImageBuilder(_store, context.Time).BuildAsync(order, cancellationToken);
        if (!built.TryGet(out var image)) return Result.Fail<DeployRequest>(built.Problems);
        done("image built", $"{image.Name}:{image.Version}@{image.Digest}");
        return Preparation.Request(read.Manifest, image.Digest.Value, read, options);
    }

    /// <summary>A tag may mean something else tomorrow, and a revision does not change.</summary>
    private async Task<Result<DeployRequest>> PinAsync(DockerCheck docker, string image, CancellationToken cancellationToken)
    {
        var packed = ContentPacker.PackFiles(read.Manifest, Path.GetDirectoryName(read.Path)!, context.Home);
        if (!packed.TryGet(out var files)) return Result.Fail<DeployRequest>(packed.Problems);
        var pinned = await docker.PinAsync(image, new StoreImages(_store), cancellationToken);
        if (!pinned.TryGet(out var exact)) return Result.Fail<DeployRequest>(pinned.Problems);
        done("image found", exact);
        return Preparation.Request(read.Manifest with { Model = read.Manifest.Model with { Image = exact } }, files?.Digest.Value, read, options);
    }
}

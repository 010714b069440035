using System.Formats.Tar;
using Fairlead.Core.Engines;
using Fairlead.Core.Results;
using Fairlead.Engines.Docker.Api;
using Fairlead.Engines.Docker.Daemons;
using Fairlead.Engines.Docker.Images;
using Fairlead.Engines.Docker.Networks;

namespace Fairlead.Engines.Docker.Containers;

/// <summary>Makes and starts one container. A step that fails undoes those before it; a crash between two leaves a container that never ran, which the next look shows as ended.</summary>
internal sealed class ReplicaStarter(DockerClient client, DaemonImages images, DeploymentNetworks networks, SecretFiles secrets, FileMounts files, string home)
{
    public async Task<Result<string>> StartAsync(ReplicaSpec spec, DaemonFacts facts, CancellationToken cancellationToken)
    {
        var ensured = await images.EnsureAsync(spec.Workload, cancellationToken);
        if (!ensured.TryGet(out var image)) return Result.Fail<string>(ensured.Problems);
        var allowed = UserRule.Of(spec.Workload, image.User);
        if (!allowed.TryGet(out var user)) return Result.Fail<string>(allowed.Problems);
        var laid = Mounts(spec);
        if (!laid.TryGet(out var mounts)) return Result.Fail<string>(laid.Problems);
        try
        {
            using var network = await networks.UseAsync(spec.Deployment, cancellationToken);
            var setting = new ContainerSetting(home, image.Id, image.Name, user, network.Name, !network.Direct, mounts, facts.NotesFor(spec));
            return await RunAsync(spec, image, ContainerPlan.Of(spec, setting), cancellationToken);
        }
        finally
        {
            secrets.Remove(spec.Id);
        }
    }

    private Result<IReadOnlyList<MountSettings>> Mounts(ReplicaSpec spec)
    {
        try
        {
            var volumes = files.Volumes(spec);
            var laid = secrets.Lay(spec.Id, spec.Secrets);
            return laid.TryGet(out var hidden) ? Result.Ok<IReadOnlyList<MountSettings>>([.. files.FilesOf(spec), .. volumes, .. hidden]) : laid;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DockerProblems.VolumesNotMade(files.FolderOf(spec.Deployment, ""), e.Message);
        }
    }

    private async Task<Result<string>> RunAsync(ReplicaSpec spec, DaemonImage image, CreateContainer plan, CancellationToken cancellationToken)
    {
        var name = ContainerLabels.ContainerName(home, spec.Id);

        // One of an earlier try that never ran would hold the name.
        await RemoveAsync(name, CancellationToken.None);
        var made = await client.PostAsync($"containers/create?name={name}", plan, DockerJson.Default.CreateContainer, DockerJson.Default.CreateAnswer, cancellationToken);
        try
        {
            if (UserRule.NameToLookUp(spec.Workload, image.User) is { } user && UserRule.IsRootIn(await PasswdAsync(made.Id, cancellationToken), user))
            {
                await RemoveAsync(made.Id, CancellationToken.None);
                return DockerProblems.ImageRunsAsRoot(image.Name);
            }

            await client.SendAsync(HttpMethod.Post, $"containers/{made.Id}/start", cancellationToken);
            return made.Id;
        }
        catch
        {
            await RemoveAsync(made.Id, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Best effort: what cannot be removed now is shown as ended and removed then.</summary>
    private async Task RemoveAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendAsync(HttpMethod.Delete, $"containers/{container}?v=1&force=1", cancellationToken);
        }
        catch (DockerException)
        {
            // There is none, or the daemon has gone.
        }
    }

    private async Task<string> PasswdAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await client.OpenAsync(HttpMethod.Get, $"containers/{container}/archive?path=/etc/passwd", null, cancellationToken);
            await using var tar = new TarReader(stream);
            while (await tar.GetNextEntryAsync(copyData: true, cancellationToken) is { } entry)
            {
                if (entry.DataStream is not { } data) continue;
                using var reader = new StreamReader(data);
                return await reader.ReadToEndAsync(cancellationToken);
            }
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            // Without the file the daemon finds no such user and refuses the start itself.
        }

        return "";
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using Fairlead.Core.Identity;
using Fairlead.Engines.Docker.Api;
using Fairlead.Engines.Docker.Containers;

namespace Fairlead.Engines.Docker.Networks;

/// <summary>A private network for each deployment, there while it has containers.</summary>
internal sealed class DeploymentNetworks(DockerClient client, string home)
{
    private readonly ConcurrentDictionary<DeploymentName, SemaphoreSlim> _gates = new();

    /// <summary>Held while a container is put into the network, or the last one has left it.</summary>
    public async Task<IDisposable> HoldAsync(DeploymentName deployment, CancellationToken cancellationToken)
    {
        var gate = _gates.GetOrAdd(deployment, static _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken);
        return new Held(gate);
    }

    /// <returns>Its name, and whether containers in it can be reached from here at their own addresses.</returns>
    public async Task<(string Name, bool Direct)> EnsureAsync(DeploymentName deployment, CancellationToken cancellationToken)
    {
        var name = ContainerLabels.NetworkName(home, deployment);
        var found = await FindAsync(name, cancellationToken);
        if (found is null)
        {
            var labels = new Dictionary<string, string> { [ContainerLabels.Home] = home, [ContainerLabels.Deployment] = deployment.Value };
            using var made = await client.OpenAsync(HttpMethod.Post, "networks/create", JsonBody.Of(new CreateNetwork(name, "bridge", true, labels), DockerJson.Default.CreateNetwork), cancellationToken);
            found = await FindAsync(name, cancellationToken);
        }

        var podman = (await client.AgreeAsync(cancellationToken)).IsPodman;
        return (name, !podman && found?.IPAM?.Config?.Any(p => IsOurs(p.Gateway)) == true);
    }

    /// <summary>Removes the network when no container is left in it; what still uses it keeps it.</summary>
    public async Task ReleaseAsync(DeploymentName deployment, CancellationToken cancellationToken)
    {
        var filters = Filters.Of(("label", $"{ContainerLabels.Home}={home}"), ("label", $"{ContainerLabels.Deployment}={deployment}"));
        var left = await client.GetAsync($"containers/json?all=1&filters={filters}", DockerJson.Default.IReadOnlyListContainerItem, cancellationToken);
        if (left.Count == 0) await RemoveAsync(ContainerLabels.NetworkName(home, deployment), cancellationToken);
    }

    /// <summary>Networks that a controller left which ended between its last container and its network.</summary>
    public async Task SweepAsync(IReadOnlySet<string> used, CancellationToken cancellationToken)
    {
        var filters = Filters.Of(("label", $"{ContainerLabels.Home}={home}"));
        foreach (var network in await client.GetAsync($"networks?filters={filters}", DockerJson.Default.IReadOnlyListNetworkAnswer, cancellationToken))
        {
            if (network.Labels?.GetValueOrDefault(ContainerLabels.Deployment) is { } deployment && !used.Contains(deployment)) await RemoveAsync(network.Name, cancellationToken);
        }
    }

    private async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendAsync(HttpMethod.Delete, $"networks/{name}", cancellationToken);
        }
        catch (DockerException e) when (!e.IsUnreachable)
        {
            // It is gone, or somebody put a container of theirs into it.
        }
    }

    private async Task<NetworkAnswer?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetAsync($"networks/{name}", DockerJson.Default.NetworkAnswer, cancellationToken);
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    // The bridge is an interface of this machine exactly when the daemon shares our network; Docker Desktop's and rootless daemons do not.
    private static bool IsOurs(string? gateway) =>
        IPAddress.TryParse(gateway, out var address)
        && NetworkInterface.GetAllNetworkInterfaces().Any(i => i.GetIPProperties().UnicastAddresses.Any(a => a.Address.Equals(address)));

    private sealed class Held(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}

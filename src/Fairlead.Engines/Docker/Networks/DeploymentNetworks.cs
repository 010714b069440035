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
    private readonly ConcurrentDictionary<DeploymentName, Turns> _turns = new();

    /// <summary>The network with a container about to be put into it: until this is disposed it is not taken away. Several may be at it at once.</summary>
    public async Task<NetworkUse> UseAsync(DeploymentName deployment, CancellationToken cancellationToken)
    {
        var turns = _turns.GetOrAdd(deployment, static _ => new Turns());
        await turns.Gate.WaitAsync(cancellationToken);
        try
        {
            var (name, direct) = await EnsureAsync(deployment, cancellationToken);
            turns.Enter();
            return new NetworkUse(name, direct, turns);
        }
        finally
        {
            turns.Gate.Release();
        }
    }

    /// <summary>Removes the network when no container is left in it and none is on its way; what still uses it keeps it.</summary>
    public async Task ReleaseAsync(DeploymentName deployment, CancellationToken cancellationToken)
    {
        var turns = _turns.GetOrAdd(deployment, static _ => new Turns());
        await turns.Gate.WaitAsync(cancellationToken);
        try
        {
            if (turns.AnyInside) return;
            var filters = Filters.Of(("label", $"{ContainerLabels.Home}={home}"), ("label", $"{ContainerLabels.Deployment}={deployment}"));
            var left = await client.GetAsync($"containers/json?all=1&filters={filters}", DockerJson.Default.IReadOnlyListContainerItem, cancellationToken);
            if (left.Count == 0) await RemoveAsync(ContainerLabels.NetworkName(home, deployment), cancellationToken);
        }
        finally
        {
            turns.Gate.Release();
        }
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

    /// <returns>Its name, and whether containers in it can be reached from here at their own addresses.</returns>
    private async Task<(string Name, bool Direct)> EnsureAsync(DeploymentName deployment, CancellationToken cancellationToken)
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

    internal sealed class Turns
    {
        private int _inside;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public bool AnyInside => Volatile.Read(ref _inside) > 0;

        public void Enter() => Interlocked.Increment(ref _inside);

        public void Leave() => Interlocked.Decrement(ref _inside);
    }
}

/// <param name="Direct">Whether containers in it can be reached from here at their own addresses.</param>
internal sealed record NetworkUse(string Name, bool Direct, DeploymentNetworks.Turns Turns) : IDisposable
{
    public void Dispose() => Turns.Leave();
}

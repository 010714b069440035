using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Engines.Docker.Api;
using Fairlead.Engines.Docker.Images;

namespace Fairlead.Engines.Docker.Daemons;

/// <summary>Questions to the daemon that commands ask before, or without, a controller.</summary>
public sealed class DockerCheck : IDisposable
{
    public const string HostVariable = DockerHost.Variable;

    private readonly DockerClient _client;

    private DockerCheck(DockerClient client) => _client = client;

    /// <param name="host">As in <c>DOCKER_HOST</c>.</param>
    public static Result<DockerCheck> Of(string? host, TimeProvider time)
    {
        var parsed = DockerHost.Parse(host);
        return parsed.TryGet(out var read) ? new DockerCheck(new DockerClient(read, time)) : Result.Fail<DockerCheck>(parsed.Problems);
    }

    /// <summary>Which daemon answers, in words, and what it cannot give.</summary>
    public async Task<Result<(string Daemon, IReadOnlyList<string> Notes)>> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            var agreed = await _client.AgreeAsync(cancellationToken);
            var info = await _client.GetAsync("info", DockerJson.Default.InfoAnswer, cancellationToken);
            var facts = new DaemonFacts(agreed, info, DaemonFirewall.Isolates(_client.Host, info));
            var notes = facts.Notes().Concat(new[] { facts.CpuUnavailable, facts.MemoryUnavailable }.OfType<string>());
            return (($"{(agreed.IsPodman ? "Podman" : "Docker")} {agreed.Product} at {_client.Host}, API {agreed.Version}"), (IReadOnlyList<string>)[.. notes]);
        }
        catch (DockerException e)
        {
            return DockerProblems.Of(e, _client.Host.ToString());
        }
    }

    /// <summary>The reference with the digest of what it means now: in the local store, in the daemon, or where the daemon pulls it from.</summary>
    public async Task<Result<string>> PinAsync(string reference, IImageSource store, CancellationToken cancellationToken)
    {
        try
        {
            using var images = new DaemonImages(_client, store);
            return await images.PinAsync(reference, cancellationToken);
        }
        catch (DockerException e)
        {
            return DockerProblems.Of(e, _client.Host.ToString());
        }
    }

    public void Dispose() => _client.Dispose();
}

using System.Net;
using Fairlead.Core.Results;

namespace Fairlead.Engines.Docker;

/// <summary>Where the Docker daemon listens.</summary>
/// <param name="Socket">Path of its unix socket; null when it listens on TCP.</param>
/// <param name="Address">Its TCP address; null when it listens on a unix socket.</param>
internal sealed record DockerHost(string? Socket, DnsEndPoint? Address)
{
    public const string Variable = "DOCKER_HOST";
    public const string DefaultSocket = "/var/run/docker.sock";
    private const int PlainPort = 2375;

    public static Result<DockerHost> Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return new DockerHost(DefaultSocket, null);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)) return DockerProblems.HostUnknown(text);
        return uri switch
        {
            { Scheme: "unix", AbsolutePath.Length: > 1, Host: "" } => new DockerHost(Uri.UnescapeDataString(uri.AbsolutePath), null),
            { Scheme: "tcp" or "http", IsLoopback: true } => new DockerHost(null, new DnsEndPoint(uri.IdnHost, uri.IsDefaultPort || uri.Port < 0 ? PlainPort : uri.Port)),
            { Scheme: "tcp" or "http" or "https" or "ssh" } => DockerProblems.HostElsewhere(text),
            _ => DockerProblems.HostUnknown(text),
        };
    }

    public override string ToString() => Socket is null ? $"tcp://{Address!.Host}:{Address.Port}" : $"unix://{Socket}";
}

using System.Net.Sockets;
using System.Text;
using Fairlead.Testing.Skipping;
using Xunit;

namespace Fairlead.Testing.Containers;

/// <summary>A test that needs a Docker daemon; skipped, visibly, where none answers.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DockerFactAttribute : FactAttribute
{
    public DockerFactAttribute()
    {
        if (!DockerDaemon.Answers) Skip = DockerDaemon.HowToStart;
    }
}

/// <summary>A class whose tests all need a Docker daemon and an image with a shell.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SkippedWithoutDockerAttribute : SkippedAttribute
{
    public override string? Reason => DockerDaemon.Answers ? ShellImage.Missing : DockerDaemon.HowToStart;
}

/// <summary>The daemon that <c>DOCKER_HOST</c> names, or the one at its usual socket. Tests start none: it is the machine's.</summary>
public static class DockerDaemon
{
    public const string HowToStart = "No Docker daemon answers: apt-get install docker.io, start dockerd, and set DOCKER_HOST to its socket if that is not /var/run/docker.sock.";
    private const string UnixScheme = "unix://";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static string Socket { get; } = Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host ? host.Replace(UnixScheme, "", StringComparison.Ordinal) : "/var/run/docker.sock";

    public static bool Answers { get; } = Ping();

    private static bool Ping()
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
            socket.Connect(new UnixDomainSocketEndPoint(Socket));
            socket.Send("GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n"u8);
            var answer = new byte[64];
            return Encoding.ASCII.GetString(answer, 0, socket.Receive(answer)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return false;
        }
    }
}

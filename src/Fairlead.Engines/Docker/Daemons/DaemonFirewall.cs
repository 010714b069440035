using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Fairlead.Engines.Docker.Api;

namespace Fairlead.Engines.Docker.Daemons;

/// <summary>
/// Whether the daemon keeps networks apart. Before version 28 it does not say; then the command line of the process behind
/// the socket and <c>daemon.json</c> tell.
/// </summary>
internal static class DaemonFirewall
{
    private const string ConfigFile = "/etc/docker/daemon.json";
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private static readonly string[] PidFiles = ["/var/run/docker.pid", "/run/docker.pid"];

    public static bool Isolates(DockerHost host, InfoAnswer info)
    {
        if (info.FirewallBackend?.Driver is { Length: > 0 } driver) return driver != "none";
        var arguments = Arguments(host);
        return !SwitchedOff(arguments) && !SwitchedOffIn(ConfigOf(arguments));
    }

    /// <summary>As Go's flags are written: <c>--iptables=false</c>.</summary>
    internal static bool SwitchedOff(IReadOnlyList<string> arguments) =>
        arguments.Any(a => a.TrimStart('-').Split('=', 2) is ["iptables", "false" or "0" or "f" or "F" or "False" or "FALSE"]);

    internal static bool SwitchedOffIn(string json)
    {
        if (json.Length == 0) return false;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("iptables", out var value) && value.ValueKind == JsonValueKind.False;
        }
        catch (JsonException)
        {
            // The daemon would not run with it.
            return false;
        }
    }

    private static string ConfigOf(IReadOnlyList<string> arguments)
    {
        var given = arguments.Select(a => a.TrimStart('-').Split('=', 2)).FirstOrDefault(a => a is ["config-file", _])?[1];
        return Read(given ?? ConfigFile);
    }

    // A socket that systemd made belongs to systemd; the daemon's pid is then in its file.
    private static IReadOnlyList<string> Arguments(DockerHost host)
    {
        var pids = PidFiles.Select(Read).Select(text => int.TryParse(text.Trim(), out var pid) ? pid : 0);
        return new[] { PeerOf(host) }.Concat(pids).Where(pid => pid > 1).Select(pid => Read($"/proc/{pid}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries)).FirstOrDefault(a => a.Length > 0 && a[0].EndsWith("dockerd", StringComparison.Ordinal)) ?? [];
    }

    private static int PeerOf(DockerHost host)
    {
        if (host.Socket is null) return 0;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(host.Socket));
            var credentials = new byte[12];
            socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials);
            return MemoryMarshal.Read<int>(credentials);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Fairlead.Testing.Programs;
using Xunit;

namespace Fairlead.Testing.Containers;

/// <summary>A test that starts, stops and kills a Docker daemon of its own; skipped, visibly, where that cannot be.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OwnDaemonTheoryAttribute : TheoryAttribute
{
    public OwnDaemonTheoryAttribute() => Skip = OwnDaemon.Missing;
}

/// <summary>
/// A Docker daemon that a test may harm: with folders, socket and addresses of its own, and without firewall rules, since two
/// daemons that set them would undo each other's.
/// </summary>
public sealed partial class OwnDaemon : IAsyncDisposable
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    // A range that no other network of a test machine uses.
    private const string Addresses = "base=10.213.0.0/16,size=24";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly bool _liveRestore;
    private readonly string _folder = Directory.CreateTempSubdirectory("fl-dockerd-").FullName;
    private Process? _process;
    private Process? _containerd;

    private OwnDaemon(bool liveRestore) => _liveRestore = liveRestore;

    public static string? Missing { get; } = Environment.UserName != "root" ? "Needs root to start a Docker daemon: run the tests as root."
        : DockerDaemon.Answers && File.Exists("/usr/sbin/dockerd") ? ShellImage.Missing
        : "Needs a machine where a Docker daemon runs: apt-get install docker.io and start dockerd.";

    public string Host => $"unix://{Socket}";

    private string Containerd => Path.Combine(_folder, "containerd.sock");

    private string Socket => Path.Combine(_folder, "docker.sock");

    public static async Task<OwnDaemon> StartAsync(bool liveRestore)
    {
        var daemon = new OwnDaemon(liveRestore);
        daemon.StartContainerd();
        await daemon.StartAsync().ConfigureAwait(false);
        return daemon;
    }

    public async Task StartAsync()
    {
        string[] restore = _liveRestore ? ["--live-restore"] : [];
        _process = Start("/usr/sbin/dockerd",
        [
            "--containerd", Containerd,
            "--host", Host, "--data-root", Path.Combine(_folder, "data"), "--exec-root", Path.Combine(_folder, "run"), "--pidfile", Path.Combine(_folder, "pid"),
            "--bridge=none", "--iptables=false", "--ip6tables=false", "--default-address-pool", Addresses, "--shutdown-timeout", "5", .. restore,
        ]);
        var began = Stopwatch.GetTimestamp();
        while (!await AnswersAsync().ConfigureAwait(false))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(began) > Patience) throw new InvalidOperationException($"The daemon did not start in {_folder}.");
            await Task.Delay(Poll, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>As <c>systemctl stop</c> does, or as a crash does; returns when it has ended.</summary>
    public async Task EndAsync(bool crash)
    {
        _ = Signal(_process!.Id, crash ? SigKill : SigTerm);
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
        _process = null;
    }

    public async Task<CommandResult> DockerAsync(params string[] arguments) => await Tool.RunAsync("docker", ["--host", Host, .. arguments]).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        if (_process is null) await StartAsync().ConfigureAwait(false);
        var left = (await DockerAsync("ps", "--all", "--quiet").ConfigureAwait(false)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (left.Length > 0) await DockerAsync(["rm", "--force", .. left]).ConfigureAwait(false);
        await DockerAsync("network", "prune", "--force").ConfigureAwait(false);
        await EndAsync(crash: false).ConfigureAwait(false);
        _ = Signal(_containerd!.Id, SigTerm);
        await _containerd.WaitForExitAsync().ConfigureAwait(false);
        _containerd.Dispose();
        foreach (var mounted in Mounted()) await Tool.RunAsync("umount", "-l", mounted).ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A process of its own, as packages set it up: it is what holds the containers when the daemon is killed.</summary>
    private void StartContainerd()
    {
        var config = Path.Combine(_folder, "containerd.toml");
        File.WriteAllText(config, "version = 2\ndisabled_plugins = [\"io.containerd.grpc.v1.cri\"]\n");
        _containerd = Start("containerd", ["--config", config, "--address", Containerd, "--root", Path.Combine(_folder, "images"), "--state", Path.Combine(_folder, "state")]);
    }

    private static Process Start(string program, string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private IEnumerable<string> Mounted() =>
        File.ReadLines("/proc/self/mounts").Select(l => l.Split(' ')[1]).Where(p => p.StartsWith(_folder + "/", StringComparison.Ordinal)).OrderByDescending(p => p.Length).ToList();

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket)).ConfigureAwait(false);
            await socket.SendAsync("GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n"u8.ToArray()).ConfigureAwait(false);
            var answer = new byte[64];
            return Encoding.ASCII.GetString(answer, 0, await socket.ReceiveAsync(answer).ConfigureAwait(false)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int pid, int signal);
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Fairlead.Core.Homes;
using Fairlead.Core.Routing;
using Fairlead.Testing;

namespace Fairlead.Bench.Gateway;

/// <summary>A program under load, with what it takes of the machine.</summary>
internal sealed class Subject : IAsyncDisposable
{
    private const string Path = "/v2/models/echo/infer";

    private readonly Process _process;
    private readonly int _port;

    private Subject(string name, int port, string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        (Name, _port) = (name, port);
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var (key, value) in environment) start.Environment[key] = value;
        _process = Process.Start(start)!;
        _process.BeginOutputReadLine();
    }

    public string Name { get; }

    public Uri Url => new($"http://127.0.0.1:{_port}{Path}");

    /// <summary>Processor seconds of the program and its children so far.</summary>
    public double CpuSeconds => Pids().Sum(CpuSecondsOf);

    /// <summary>Resident megabytes (10^6) of the program and its children.</summary>
    public double ResidentMegabytes => Pids().Sum(ResidentBytesOf) / 1e6;

    public static Task<Subject> EchoAsync()
    {
        var port = FreePort();
        return ReadyAsync(new Subject("the echo itself", port, Environment.ProcessPath!, ["echo", $"http://127.0.0.1:{port}"]));
    }

    public static async Task<Subject> FairleadAsync(Workspace workspace, Subject echo)
    {
        var port = FreePort();
        var home = new FairleadHome(workspace.Root.CreateSubdirectory("home").FullName);
        var gateway = new Subject("Fairlead's gateway", port, Workspace.Fairlead, ["gateway"], ("FAIRLEAD_HOME", home.Root), ("FAIRLEAD_GATEWAY", $"127.0.0.1:{port}"), (HandOverContract.CompilationVariable, HandOverContract.CompilationDelay));
        if (!await Eventually.BecomesAsync(() => File.Exists(home.GatewayFile), TimeSpan.FromSeconds(30))) throw new TimeoutException("The gateway does not start.");
        using var admin = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, token) => ConnectAsync(home.GatewaySocket, token) }) { BaseAddress = new Uri("http://gateway") };
        var routes = new RouteSnapshot(1, [new DeploymentRoute("echo", RouteKind.Model, 30_000, 16 << 20, [new RevisionRoute(1, "1.0.0", 100, [new ReplicaRoute("echo-1-aaaaa", $"127.0.0.1:{echo._port}", "/")])])]);
        using var answer = await admin.PutAsync(new Uri("/routes", UriKind.Relative), JsonContent.Create(routes, RoutingJson.Default.RouteSnapshot));
        answer.EnsureSuccessStatusCode();
        return await ReadyAsync(gateway);
    }

    public static Task<Subject> NginxAsync(Workspace workspace, Subject echo)
    {
        var port = FreePort();
        var file = workspace.Write("nginx.conf", Configurations.Nginx(workspace.Root.FullName, port, echo._port));
        return ReadyAsync(new Subject("nginx", port, Tools.Find("nginx")!, ["-c", file, "-e", "stderr"]));
    }

    public static Task<Subject> HaproxyAsync(Workspace workspace, Subject echo)
    {
        var port = FreePort();
        var file = workspace.Write("haproxy.cfg", Configurations.Haproxy(port, echo._port));
        return ReadyAsync(new Subject("HAProxy", port, Tools.Find("haproxy")!, ["-q", "-db", "-f", file]));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<Subject> ReadyAsync(Subject subject)
    {
        using var client = new HttpClient();
        async Task<bool> Answers()
        {
            try
            {
                using var answer = await client.PostAsync(subject.Url, new StringContent("x"));
                return answer.StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        if (await Eventually.BecomesAsync(Answers, TimeSpan.FromSeconds(30))) return subject;
        await subject.DisposeAsync();
        throw new TimeoutException($"{subject.Name} did not answer.");
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private List<int> Pids()
    {
        var pids = new List<int> { _process.Id };
        for (var i = 0; i < pids.Count; i++)
        {
            foreach (var task in Directory.EnumerateDirectories($"/proc/{pids[i]}/task"))
            {
                pids.AddRange(File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => int.Parse(p, CultureInfo.InvariantCulture)));
            }
        }

        return pids;
    }

    private static double CpuSecondsOf(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0;
    }

    private static double ResidentBytesOf(int pid) =>
        double.Parse(File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
}

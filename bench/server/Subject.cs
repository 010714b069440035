using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Fairlead.Testing;

namespace Fairlead.Bench.Server;

/// <summary>A program under load, with what it takes of the machine.</summary>
internal sealed class Subject : IAsyncDisposable
{
    // Debian's own, which sees Debian's packages, whatever comes first on the PATH.
    private const string DebianPython = "/usr/bin/python3";

    private readonly Process _process;

    private Subject(string name, Process process, Uri url) => (Name, _process, Url) = (name, process, url);

    public string Name { get; }

    /// <summary>Where requests go.</summary>
    public Uri Url { get; }

    /// <summary>Processor seconds of the program and its children so far.</summary>
    public double CpuSeconds => Pids().Sum(CpuSecondsOf);

    /// <summary>Resident megabytes (10^6) of the program and its children.</summary>
    public double ResidentMegabytes => Pids().Sum(ResidentBytesOf) / 1e6;

    /// <summary>A bare Kestrel that reads JSON and sends it back: this program in another process.</summary>
    public static Task<Subject> EchoAsync()
    {
        var port = FreePort();
        return StartAsync("bare Kestrel echo", Environment.ProcessPath!, ["echo", $"http://127.0.0.1:{port}"], [], new Uri($"http://127.0.0.1:{port}/echo"));
    }

    /// <summary>See <see cref="LeastServer"/>: this program in another process.</summary>
    public static Task<Subject> LeastAsync(PackedModel model, RawWay way)
    {
        var port = FreePort();
        string[] arguments = ["least", $"127.0.0.1:{port}", model.File, way.Callers.ToString(CultureInfo.InvariantCulture), way.IntraOp.ToString(CultureInfo.InvariantCulture), way.Planned.ToString()];
        return StartAsync("least server", Environment.ProcessPath!, arguments, [], new Uri($"http://127.0.0.1:{port}{model.InferPath}"));
    }

    public static Task<Subject> FairleadAsync(PackedModel model, params (string Name, string Value)[] settings)
    {
        var port = FreePort();
        (string, string)[] environment = [("FAIRLEAD_MODEL", model.Folder), ("FAIRLEAD_HTTP", $"127.0.0.1:{port}"), ("FAIRLEAD_GRPC", "127.0.0.1:0"), ("FAIRLEAD_METRICS", "127.0.0.1:0"), ("LOG_LEVEL", "error"), .. settings];
        return StartAsync("fairlead-server", Workspace.ModelServer, [], environment, new Uri($"http://127.0.0.1:{port}{model.InferPath}"));
    }

    /// <summary>Two workers. Needs Debian's python3-fastapi, python3-uvicorn and python3-sklearn.</summary>
    public static Task<Subject> FastApiAsync()
    {
        var port = FreePort();
        string[] arguments = ["-m", "uvicorn", "app:app", "--app-dir", Path.Combine(AppContext.BaseDirectory, "fastapi"), "--workers", "2", "--host", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--log-level", "error", "--no-access-log"];
        return StartAsync("FastAPI + uvicorn", DebianPython, arguments, [], new Uri($"http://127.0.0.1:{port}/v2/models/iris/infer"));
    }

    public async Task<bool> AnswersAsync(Body body)
    {
        using var client = new HttpClient();
        using var content = new ByteArrayContent(await File.ReadAllBytesAsync(body.File));
        content.Headers.ContentType = new(body.HeaderLength is null ? "application/json" : "application/octet-stream");
        if (body.HeaderLength is { } length) content.Headers.Add("Inference-Header-Content-Length", length.ToString(CultureInfo.InvariantCulture));
        try
        {
            using var answer = await client.PostAsync(Url, content);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async Task ReadyAsync(Body body)
    {
        if (!await Eventually.BecomesAsync(() => AnswersAsync(body), TimeSpan.FromSeconds(60))) throw new TimeoutException($"{Name} did not answer.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Task<Subject> StartAsync(string name, string program, string[] arguments, (string Name, string Value)[] environment, Uri url)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false };
        foreach (var (key, value) in environment) start.Environment[key] = value;
        return Task.FromResult(new Subject(name, Process.Start(start)!, url));
    }

    private List<int> Pids()
    {
        var pids = new List<int> { _process.Id };
        for (var i = 0; i < pids.Count; i++)
        {
            foreach (var task in Directory.EnumerateDirectories($"/proc/{pids[i]}/task"))
            {
                pids.AddRange(ChildrenOf(task).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => int.Parse(p, CultureInfo.InvariantCulture)));
            }
        }

        return pids;
    }

    private static string ChildrenOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "children"));
        }
        catch (IOException)
        {
            // A thread that has just ended.
            return "";
        }
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

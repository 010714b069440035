using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Fairlead.ModelServer.Tests.Hosting;

/// <summary>The program itself, as a process of its own with ports of its own; what it logs is kept.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly Task _reading;

    private ServerProcess(Process process)
    {
        Process = process;
        _reading = ReadAsync();
    }

    public Process Process { get; }

    public HttpClient Client { get; } = new() { Timeout = TestServer.Patience };

    public string Http { get; private set; } = "";

    public string Grpc { get; private set; } = "";

    public string Metrics { get; private set; } = "";

    public string Log => string.Join('\n', _lines);

    public static Process Start(params (string Name, string Value)[] environment) => Start([], environment);

    public static Process Start(IReadOnlyList<string> arguments, IReadOnlyList<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "fairlead-server"), arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Starts on the folder and waits until the model is ready or refused.</summary>
    public static async Task<ServerProcess> StartAsync(string folder, params (string Name, string Value)[] environment)
    {
        var server = new ServerProcess(Start([("FAIRLEAD_MODEL", folder), ("FAIRLEAD_HTTP", "127.0.0.1:0"), ("FAIRLEAD_GRPC", "127.0.0.1:0"), ("FAIRLEAD_METRICS", "127.0.0.1:0"), .. environment]));
        var listening = await server.LineAsync(2200);
        (server.Http, server.Grpc, server.Metrics) = (listening.GetProperty("http").GetString()!, listening.GetProperty("grpc").GetString()!, listening.GetProperty("metrics").GetString()!);
        server.Client.BaseAddress = new Uri($"http://{server.Http}");
        await server.LineAsync(2210, 2211);
        return server;
    }

    /// <summary>The first line with one of these events, now or when it comes.</summary>
    public async Task<JsonElement> LineAsync(params int[] events)
    {
        using var deadline = new CancellationTokenSource(TestServer.Patience);
        while (true)
        {
            foreach (var line in _lines)
            {
                var json = JsonElement.Parse(line);
                if (events.Contains(json.GetProperty("event").GetInt32())) return json;
            }

            deadline.Token.ThrowIfCancellationRequested();
            if (_reading.IsCompleted) throw new InvalidOperationException($"The server ended without event {string.Join(" or ", events)}:\n{Log}");
            await Task.Yield();
        }
    }

    public Task<string> MetricsAsync() => Client.GetStringAsync(new Uri($"http://{Metrics}/metrics"));

    /// <summary>Kilobytes of a line of <c>/proc/{id}/status</c>: <c>VmRSS</c>, or <c>VmHWM</c>, its highest.</summary>
    public long MemoryOf(string line)
    {
        var text = File.ReadLines($"/proc/{Process.Id}/status").First(l => l.StartsWith(line + ":", StringComparison.Ordinal));
        return long.Parse(text.AsSpan(line.Length + 1).Trim().ToString().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The highest is counted from now on (proc(5), clear_refs).</summary>
    public void ForgetHighest() => File.WriteAllText($"/proc/{Process.Id}/clear_refs", "5");

    public void Signal(string signal)
    {
        using var kill = Process.Start("/bin/kill", [$"-{signal}", Process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited) Process.Kill();
        await Process.WaitForExitAsync();
        await _reading;
        Process.Dispose();
        Client.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await Process.StandardOutput.ReadLineAsync() is { } line) _lines.Enqueue(line);
    }
}

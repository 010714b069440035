using System.Diagnostics;
using System.Net;
using Fairlead.Training.Files;

namespace Fairlead.Examples.Tests.Python;

/// <summary>The example's service as a real process on a port of its own.</summary>
internal sealed class PythonService : IAsyncDisposable
{
    private readonly Process _process;

    private PythonService(Process process, int port)
    {
        (_process, Port) = (process, port);
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(10) };
    }

    internal static bool Available { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "python3")));

    internal static string Script => Path.Combine(ExamplesFolder.Find(), "custom-python/app.py");

    internal int Port { get; }

    internal HttpClient Client { get; }

    internal static async Task<PythonService> StartAsync(int drainSeconds, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("python3", ["-B", Script]) { RedirectStandardOutput = true, UseShellExecute = false };
        (start.Environment["PORT"], start.Environment["DRAIN_SECONDS"]) = ("0", $"{drainSeconds}");
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        const string Announcement = "Listening on port ";
        var at = line!.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length;
        return new PythonService(process, int.Parse(line[at..line.IndexOf('.', at)]));
    }

    internal async Task<HttpStatusCode> HealthAsync(CancellationToken cancellationToken)
    {
        using var answer = await Client.GetAsync(new Uri("/healthz", UriKind.Relative), cancellationToken);
        return answer.StatusCode;
    }

    /// <summary>Sends SIGTERM.</summary>
    internal async Task TerminateAsync(CancellationToken cancellationToken)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]);
        await kill.WaitForExitAsync(cancellationToken);
    }

    internal async Task<int> ExitCodeAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

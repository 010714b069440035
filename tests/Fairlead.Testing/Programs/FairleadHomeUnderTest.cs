using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Fairlead.Testing.Programs;

/// <summary>
/// A home of its own with ports of its own, and the built <c>fairlead</c> run on it as a user would.
/// Disposing ends everything that was started on the home, also after a test that failed half way.
/// </summary>
public sealed class FairleadHomeUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan CommandDeadline = TimeSpan.FromSeconds(90);
    private readonly string _program;
    private readonly string? _ownFolder;

    public FairleadHomeUnderTest(string program, string? home = null)
    {
        _program = File.Exists(program) ? program : throw new FileNotFoundException("The fairlead program is not built.", program);
        _ownFolder = home is null ? Directory.CreateTempSubdirectory("fl-").FullName : null;
        Home = home ?? Path.Combine(_ownFolder!, "home");
        (ApiPort, GatewayPort) = (FreePort(), FreePort());
    }

    public string Home { get; }

    public int ApiPort { get; init; }

    public int GatewayPort { get; init; }

    public Uri Gateway => new($"http://127.0.0.1:{GatewayPort}/");

    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["FAIRLEAD_HOME"] = Home,
        ["FAIRLEAD_API"] = $"127.0.0.1:{ApiPort}",
        ["FAIRLEAD_GATEWAY"] = $"127.0.0.1:{GatewayPort}",
        ["NO_COLOR"] = "1",
    };

    public Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(CommandDeadline, arguments);

    public async Task<CommandResult> RunAsync(TimeSpan deadline, params string[] arguments)
    {
        using var command = Start(arguments);
        using var cancel = new CancellationTokenSource(deadline);
        try
        {
            return await command.WaitAsync(cancel.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            command.Process.Kill(entireProcessTree: false);
            throw new TimeoutException($"fairlead {string.Join(' ', arguments)} did not end within {deadline}.{System.Environment.NewLine}{command.Output}{command.Errors}");
        }
    }

    /// <exception cref="InvalidOperationException">It ended with another exit code than 0.</exception>
    public Task<CommandResult> SucceedAsync(params string[] arguments) => SucceedAsync(CommandDeadline, arguments);

    /// <inheritdoc cref="SucceedAsync(string[])"/>
    public async Task<CommandResult> SucceedAsync(TimeSpan deadline, params string[] arguments)
    {
        var result = await RunAsync(deadline, arguments).ConfigureAwait(false);
        return result.ExitCode == 0 ? result : throw new InvalidOperationException($"fairlead {string.Join(' ', arguments)}: {result}");
    }

    public RunningCommand Start(params string[] arguments)
    {
        // A test run in the background of a script has SIGINT ignored, and would hand that on.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", _program, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        return new RunningCommand(Process.Start(start)!);
    }

    /// <summary>Every process of this home: it has the home in its environment. Zombies are none.</summary>
    public IReadOnlyList<HomeProcess> Processes() => HomeProcess.All(Home);

    public HomeProcess? Controller() => Processes().FirstOrDefault(p => p.Arguments.Contains("controller"));

    public HomeProcess? GatewayProcess() => Processes().FirstOrDefault(p => p.Arguments.Contains("gateway"));

    public IReadOnlyList<HomeProcess> Replicas() => [.. Processes().Where(p => p.Replica is not null)];

    public async ValueTask DisposeAsync()
    {
        // The controller first: it would start again what is ended after it.
        foreach (var process in Processes().OrderBy(p => p.Arguments.Contains("controller") ? 0 : 1)) process.Signal(9);
        await Eventually.BecomesAsync(() => Processes().Count == 0, TimeSpan.FromSeconds(10)).ConfigureAwait(false);
        if (_ownFolder is not null) Directory.Delete(_ownFolder, recursive: true);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

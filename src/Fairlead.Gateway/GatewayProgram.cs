using System.Runtime.InteropServices;
using Fairlead.Gateway.Administration;

namespace Fairlead.Gateway;

/// <summary>The gateway as a process of its own: <c>fairlead gateway</c>.</summary>
public static class GatewayProgram
{
    /// <summary>
    /// Serves until <paramref name="stop"/>, SIGTERM, SIGINT or a hand-over, then lets requests in flight end. Logs JSON lines to stdout,
    /// problems to stderr.
    /// </summary>
    /// <returns>0 after an orderly stop, 1 when it could not start.</returns>
    public static async Task<int> RunAsync(GatewayOptions options, CancellationToken stop)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var terminated = OnSignal(PosixSignal.SIGTERM, stopping);
        using var interrupted = OnSignal(PosixSignal.SIGINT, stopping);
        await using var output = Console.OpenStandardOutput();
        using var lines = new JsonLineLogger(output, TimeProvider.System);
        using var loggers = new LoggerFactory([lines], new LoggerFilterOptions { MinLevel = LogLevel.Information, Rules = { new LoggerFilterRule(null, "Microsoft", LogLevel.Warning, null) } });

        // Started to the end even when the stop is ordered meanwhile: then it is stopped in order.
        var started = await GatewayHost.StartAsync(options, loggers, TimeProvider.System, CancellationToken.None);
        if (!started.TryGet(out var host))
        {
            foreach (var problem in started.Problems) await Console.Error.WriteLineAsync(problem.ToString());
            return 1;
        }

        await using (host)
        {
            // Told to stop, or done with handing over.
            await Task.WhenAny(StoppedAsync(stopping.Token), host.HandedOverAsync());
            await host.StopAsync();
        }

        return 0;
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, CancellationTokenSource stopping) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stopping.Cancel();
        });

    private static async Task StoppedAsync(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stop.Register(stopped.SetResult)) await stopped.Task;
    }
}

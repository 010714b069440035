using System.Runtime.InteropServices;
using Fairlead.Core.Results;
using Microsoft.Extensions.Logging;

namespace Fairlead.Daemon;

/// <summary>The controller as a program: <c>fairlead controller</c>.</summary>
public static class ControllerProgram
{
    /// <summary>
    /// Runs until SIGTERM, SIGINT, the token, or a shutdown asked for through the API. Only the last ends the gateway; after the others
    /// the gateway and the replicas go on serving, and the next controller adopts them.
    /// </summary>
    /// <returns>0, or 1 when it could not start; the problems are on standard error then.</returns>
    public static async Task<int> RunAsync(ControllerOptions options, CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminated = OnSignal(PosixSignal.SIGTERM, stopping);
        using var interrupted = OnSignal(PosixSignal.SIGINT, stopping);
        using var loggers = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ ", true)));
        var started = await ControllerHost.StartAsync(options, loggers, stopping.Token);
        if (!started.TryGet(out var host)) return Refuse(started.Problems);
        bool all;
        await using (host)
        {
            await Console.Error.WriteLineAsync($"Controller of {options.Home.Root} on http://{host.Api}, gateway on http://{host.Gateway}.");
            all = await host.RunAsync(stopping.Token);
        }

        await Console.Error.WriteLineAsync(all
            ? "Controller and gateway have ended."
            : "The controller has ended. The gateway and the replicas go on serving; the next controller of this home takes them over.");
        return 0;
    }

    // Two lines a problem, as commands that start a controller read them back from its log.
    private static int Refuse(IReadOnlyList<Problem> problems)
    {
        foreach (var problem in problems) Console.Error.WriteLine($"{problem.Code}: {problem.Message}{Environment.NewLine}  → {problem.Hint}");
        return 1;
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, CancellationTokenSource stopping) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        stopping.Cancel();
    });
}

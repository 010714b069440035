using System.CommandLine;
using Fairlead.Cli.Output;
using Fairlead.Gateway;

namespace Fairlead.Cli.Commands;

/// <summary>Runs the gateway in this process. The controller starts it; by hand it is for looking at it.</summary>
internal static class GatewayCommand
{
    public static Command Create(CliHost host)
    {
        var command = Invocation.Named("gateway", "Runs the gateway of this home until SIGTERM. The controller does this by itself.", "FAIRLEAD_GATEWAY=127.0.0.1:9080 fairlead gateway")
            .Runs(host, static (_, context, cancellationToken) => GatewayProgram.RunAsync(GatewayOptions.FromEnvironment() with { Home = context.Home }, cancellationToken));
        command.Add(Replace(host));
        return command;
    }

    /// <summary>For changed settings; a controller whose program is newer than the gateway does it by itself.</summary>
    private static Command Replace(CliHost host) =>
        Invocation.Named("replace", "Has a new gateway take over the listening socket from the one that serves; no connection is refused.", "fairlead gateway replace")
            .Asks(host, static async (_, context, client, cancellationToken) =>
            {
                var replaced = await client.ReplaceGatewayAsync(cancellationToken);
                if (!replaced.TryGet(out var report)) return context.Terminal.Fail(replaced.Problems);
                context.Terminal.Data(report, c => c.GatewayReplaced);
                context.Terminal.Result($"Process {report.Pid} takes the connections on {report.Address}; process {report.Before} answers those that it has and ends.");
                return ExitCode.Done;
            });
}

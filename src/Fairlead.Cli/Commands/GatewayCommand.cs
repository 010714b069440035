using System.CommandLine;
using Fairlead.Cli.Output;
using Fairlead.Gateway;

namespace Fairlead.Cli.Commands;

/// <summary>Runs the gateway in this process. The controller starts it; by hand it is for looking at it.</summary>
internal static class GatewayCommand
{
    public static Command Create(CliHost host) =>
        Invocation.Named("gateway", "Runs the gateway of this home until SIGTERM. The controller does this by itself.", "FAIRLEAD_GATEWAY=127.0.0.1:9080 fairlead gateway")
            .Runs(host, static (_, context, cancellationToken) => GatewayProgram.RunAsync(GatewayOptions.FromEnvironment() with { Home = context.Home }, cancellationToken));
}

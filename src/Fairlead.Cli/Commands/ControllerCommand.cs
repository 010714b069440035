using System.CommandLine;
using Fairlead.Cli.Images;
using Fairlead.Cli.Output;
using Fairlead.Daemon;
using Fairlead.Oci.Layouts;

namespace Fairlead.Cli.Commands;

/// <summary>Runs the controller in this process until Ctrl-C or SIGTERM; gateway and replicas go on serving after it.</summary>
internal static class ControllerCommand
{
    private const string ByUser = "user";

    public static Command Create(CliHost host)
    {
        var startedBy = new Option<string>("--started-by") { Description = "Who may end it: 'up' is ended with its last deployment", HelpName = "up|user", DefaultValueFactory = static _ => ByUser };
        startedBy.AcceptOnlyFromAmong("up", ByUser);
        var command = Invocation.Named("controller", "Runs the controller of this home until Ctrl-C; gateway and replicas go on serving after it.", "fairlead controller");
        command.Add(startedBy);
        return command.Runs(host, (parse, context, cancellationToken) =>
            ControllerProgram.RunAsync(ControllerOptions.FromEnvironment(parse.GetRequiredValue(startedBy)) with { Home = context.Home, Images = new StoreImages(new OciStore(context.Home, context.Time)) }, cancellationToken));
    }
}

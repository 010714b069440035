using System.CommandLine;
using Fairlead.Cli.Deploying;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Commands;

/// <summary>What <c>up --detach</c> does, on an engine that is there already.</summary>
internal static class DeployCommand
{
    public static Command Create(CliHost host)
    {
        var path = new Argument<string?>("PATH") { Description = "A folder with fairlead.yaml, or a manifest (default: the current folder)", Arity = ArgumentArity.ZeroOrOne };
        var environment = UpCommand.EnvironmentOption();
        var engine = UpCommand.EngineOption(Preparation.DockerEngine);
        var replicas = UpCommand.ReplicasOption();
        var command = Invocation.Named("deploy", "Deploys to an engine and returns once it is ready; a controller is started if none runs.", "fairlead deploy examples/penguins --engine docker");
        command.Add(path);
        foreach (var option in (Option[])[environment, engine, replicas]) command.Add(option);
        return command.Runs(host, (parse, context, cancellationToken) =>
        {
            var options = new DeployOptions(parse.GetValue(path), parse.GetValue(environment), parse.GetRequiredValue(engine), parse.GetValue(replicas));
            return Preparation.CheckEngine(options.Engine) is { } problem
                ? Task.FromResult(context.Terminal.Fail(problem, ExitCode.Usage))
                : new UpRun(context, options, detach: true).RunAsync(cancellationToken);
        });
    }
}

using System.CommandLine;
using Fairlead.Cli.Deploying;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Commands;

/// <summary>From a manifest to a served model in one command.</summary>
internal static class UpCommand
{
    public static Command Create(CliHost host)
    {
        var path = new Argument<string?>("PATH") { Description = "A folder with fairlead.yaml, or a manifest (default: the current folder)", Arity = ArgumentArity.ZeroOrOne };
        var environment = EnvironmentOption();
        var engine = EngineOption();
        var detach = new Option<bool>("--detach", "-d") { Description = "Return once it is ready; it goes on in the background" };
        var replicas = ReplicasOption();
        var command = Invocation.Named("up", "Starts a controller if none runs, deploys, waits until ready and shows the live status until Ctrl-C.", "fairlead up examples/penguins");
        command.Add(path);
        foreach (var option in (Option[])[environment, engine, detach, replicas]) command.Add(option);
        return command.Runs(host, (parse, context, cancellationToken) =>
        {
            var options = new DeployOptions(parse.GetValue(path), parse.GetValue(environment), parse.GetRequiredValue(engine), parse.GetValue(replicas));
            return Preparation.CheckEngine(options.Engine) is { } problem
                ? Task.FromResult(context.Terminal.Fail(problem, ExitCode.Usage))
                : new UpRun(context, options, parse.GetValue(detach)).RunAsync(cancellationToken);
        });
    }

    public static Option<string?> EnvironmentOption() => new("--env", "-e") { Description = "Lays this environment of the manifest over the rest", HelpName = "NAME" };

    public static Option<string> EngineOption(string otherwise = Preparation.ProcessEngine)
    {
        var engine = new Option<string>("--engine") { Description = "Where replicas run: processes of this machine, or containers of its Docker", HelpName = "process|docker", DefaultValueFactory = _ => otherwise };
        engine.CompletionSources.Add(Preparation.ProcessEngine, Preparation.DockerEngine);
        return engine;
    }

    public static Option<int?> ReplicasOption()
    {
        var replicas = new Option<int?>("--replicas", "-r") { Description = "Replicas to run (default: scale.min)", HelpName = "N" };
        replicas.Validators.Add(static result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(int.TryParse(text, out var count) && count >= 0)) result.AddError($"--replicas takes a number, not '{text}'.");
        });
        return replicas;
    }
}

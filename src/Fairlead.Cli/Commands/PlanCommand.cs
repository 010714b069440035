using System.CommandLine;
using Fairlead.Api.Wire;
using Fairlead.Cli.Deploying;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Commands;

/// <summary>Prints what <c>up</c> would do, exactly as the controller would do it, and changes nothing.</summary>
internal static class PlanCommand
{
    private static readonly Column[] Columns = [new("STEP", Right: true), new("ACTION"), new("REPLICA"), new("DETAIL")];

    public static Command Create(CliHost host)
    {
        var path = new Argument<string?>("PATH") { Description = "A folder with fairlead.yaml, or a manifest (default: the current folder)", Arity = ArgumentArity.ZeroOrOne };
        var environment = UpCommand.EnvironmentOption();
        var engine = UpCommand.EngineOption();
        var replicas = UpCommand.ReplicasOption();
        var command = Invocation.Named("plan", "Shows what 'up' would do from the state at this moment. The controller makes the plan, so one must run.", "fairlead plan examples/penguins");
        command.Add(path);
        foreach (var option in (Option[])[environment, engine, replicas]) command.Add(option);
        return command.Runs(host, (parse, context, cancellationToken) =>
            RunAsync(context, new DeployOptions(parse.GetValue(path), parse.GetValue(environment), parse.GetRequiredValue(engine), parse.GetValue(replicas)), cancellationToken));
    }

    private static async Task<int> RunAsync(CommandContext context, DeployOptions options, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        if (Preparation.CheckEngine(options.Engine) is { } problem) return terminal.Fail(problem, ExitCode.Usage);
        var read = Preparation.Read(context, options);
        if (!read.TryGet(out var manifest)) return terminal.Fail(read.Problems, ExitCode.Usage);
        var opened = context.Connect();
        if (!opened.TryGet(out var client)) return terminal.Fail(opened.Problems);
        using (client)
        {
            var packed = await Preparation.PackAsync(context, manifest, options, static (_, _) => { }, cancellationToken);
            if (!packed.TryGet(out var request)) return terminal.Fail(packed.Problems, Preparation.ExitCodeOf(packed.Problems));
            var planned = await client.PlanAsync(request, cancellationToken);
            if (!planned.TryGet(out var plan)) return terminal.Fail(planned.Problems);
            terminal.Data(plan, c => c.PlanReport);
            terminal.Result(Render(plan, terminal.Width, terminal.Paint));
            return ExitCode.Done;
        }
    }

    internal static IEnumerable<string> Render(PlanReport plan, int width, Paint paint)
    {
        yield return plan.CurrentRevision is { } current && current != plan.Revision
            ? $"{plan.Deployment} on {plan.Engine}: revision {current} → {plan.Revision}"
            : $"{plan.Deployment} on {plan.Engine}: revision {plan.Revision}{(plan.CurrentRevision is null ? " (new)" : "")}";
        foreach (var change in plan.Changes) yield return $"  {change}";
        if (plan.Steps.Count == 0)
        {
            yield return "Nothing to do.";
            yield break;
        }

        var rows = plan.Steps.Select((s, i) => (IReadOnlyList<Cell>)[$"{i + 1}", s.Action, s.Replica, s.Detail]).ToList();
        foreach (var line in Table.Render(Columns, rows, width, paint)) yield return line;
    }
}

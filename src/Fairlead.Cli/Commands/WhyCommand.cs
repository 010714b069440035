using System.CommandLine;
using Fairlead.Api.Wire;
using Fairlead.Cli.Controllers;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Commands;

/// <summary>Says why a deployment is not as it should be. Ends 0 when it is healthy and 1 when not, so that scripts can ask.</summary>
internal static class WhyCommand
{
    public static Command Create(CliHost host)
    {
        var name = Invocation.NameArgument(host);
        var command = Invocation.Named("why", "Ranks the causes of what is wrong with a deployment, with evidence and remedy. Exit code 0: healthy, 1: not.", "fairlead why penguins");
        command.Add(name);
        return command.Runs(host, (parse, context, cancellationToken) => RunAsync(context, parse.GetValue(name), cancellationToken));
    }

    private static async Task<int> RunAsync(CommandContext context, string? given, CancellationToken cancellationToken)
    {
        var opened = context.Connect();
        using var client = opened.IsOk ? opened.Value : null;
        if (client is null || !await client.IsHealthyAsync(cancellationToken)) return Report(context, WithoutController.Explain(context.Home, given));
        var resolved = await Invocation.ResolveNameAsync(client, given, cancellationToken);
        if (!resolved.TryGet(out var name)) return context.Terminal.Fail(resolved.Problems);
        var asked = await client.GetWhyAsync(name, cancellationToken);
        return asked.TryGet(out var report) ? Report(context, report) : context.Terminal.Fail(asked.Problems);
    }

    private static int Report(CommandContext context, WhyReport report)
    {
        context.Terminal.Data(report, c => c.WhyReport);
        context.Terminal.Result(WhyView.Render(report, context.Terminal.Paint));
        return report.Healthy ? ExitCode.Done : ExitCode.Failed;
    }
}

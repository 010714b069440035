using System.CommandLine;
using System.Globalization;
using Fairlead.Api.Client;
using Fairlead.Cli.Drilling;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Commands;

/// <summary>Makes the faults that production will make, under load, and tells what users would have seen.</summary>
internal static class DrillCommand
{
    private const double DefaultRate = 50;

    public static Command Create(CliHost host)
    {
        var name = Invocation.NameArgument(host);
        var faults = new Option<string[]>("--fault") { Description = "A fault to make; may be repeated. All of them when it is left out", HelpName = "NAME", AllowMultipleArgumentsPerToken = false };
        faults.AcceptOnlyFromAmong([.. DrillFaults.Names]);
        var rate = new Option<double>("--rate") { Description = "Requests a second", DefaultValueFactory = static _ => DefaultRate };
        rate.Validators.Add(static result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(double.TryParse(text, CultureInfo.InvariantCulture, out var value) && value is >= 1 and <= 10_000)) result.AddError($"--rate is 1 to 10000 requests a second, not '{text}'.");
        });
        var command = Invocation.Named("drill", "Kills, freezes, starves and updates on purpose, under load, and tells how long it took and which requests failed.", "fairlead drill penguins --fault kill --fault kill-gateway");
        command.Add(name);
        command.Add(faults);
        command.Add(rate);
        return command.Asks(host, async (parse, context, client, cancellationToken) =>
        {
            var resolved = await Invocation.ResolveNameAsync(client, parse.GetValue(name), cancellationToken);
            if (!resolved.TryGet(out var deployment)) return context.Terminal.Fail(resolved.Problems);
            var chosen = parse.GetValue(faults) is { Length: > 0 } given ? given : DrillFaults.Names;
            return await RunAsync(context, client, deployment, ([.. chosen], parse.GetValue(rate), GlobalOptions.Read(parse).Yes), cancellationToken);
        });
    }

    private static async Task<int> RunAsync(CommandContext context, ControlClient client, string deployment, (IReadOnlyList<string> Faults, double Rate, bool Yes) asked, CancellationToken cancellationToken)
    {
        var read = await client.GetAsync(deployment, cancellationToken);
        if (!read.TryGet(out var status)) return context.Terminal.Fail(read.Problems);
        if (status.Engine is not ("process" or "docker") && !asked.Yes) return context.Terminal.Fail([CliProblems.DrillNotLocal(deployment, status.Engine)]);
        using var subject = new DrillSubject(context, client, status);
        if (!new DrillWatch(subject, context.Time).IsWhole(status)) return context.Terminal.Fail([CliProblems.NothingToDrill(deployment, $"it is {status.Phase} with {status.Ready} of {status.Desired} replicas ready")]);
        var request = await DrillRequest.OfAsync(context, status, cancellationToken);
        if (!request.TryGet(out var load)) return context.Terminal.Fail(request.Problems);
        var report = await new DrillRun(subject, DrillRun.Load(load, asked.Rate, context.Time), asked.Rate, context.Time).RunAsync(asked.Faults, result => Tell(context, result), cancellationToken);
        context.Terminal.Data(report, c => c.DrillReport);
        context.Terminal.Result(DrillView.Render(report, context.Terminal.Width, context.Terminal.Paint));
        return report.Faults.All(f => f.Skipped is not null || f.RecoveredSeconds is not null) ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Tell(CommandContext context, DrillResult result) =>
        context.Terminal.Note(result.Skipped is { } why ? $"{result.Fault}: skipped, {why}" : string.Create(CultureInfo.InvariantCulture, $"{result.Fault}: {result.Failed} failed of {result.Requests}, recovered {(result.RecoveredSeconds is { } s ? $"after {s:0.0} s" : "not")}"));
}

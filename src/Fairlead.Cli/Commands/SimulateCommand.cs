using System.CommandLine;
using System.Globalization;
using Fairlead.Cli.Output;
using Fairlead.Cli.Simulation;
using Fairlead.Control.Simulation;
using Fairlead.Core.Units;

namespace Fairlead.Cli.Commands;

/// <summary>Tries the scaling policy on recorded traffic, beside Kubernetes' and Knative's.</summary>
internal static class SimulateCommand
{
    private static readonly Column[] Columns =
    [
        new("AUTOSCALER"), new("OVER TARGET", Right: true), new("IN VIOLATION", Right: true), new("REPLICA-SECONDS", Right: true),
        new("MOST REPLICAS", Keep: 3, Right: true), new("CHANGES", Keep: 1, Right: true), new("WORST QUEUE", Keep: 2, Right: true),
    ];

    public static Command Create(CliHost host)
    {
        var path = new Argument<string?>("PATH") { Description = "A folder with fairlead.yaml, or a manifest, for what no option gives (default: the current folder)", Arity = ArgumentArity.ZeroOrOne };
        var environment = UpCommand.EnvironmentOption();
        var trace = new Option<string>("--trace") { Description = "CSV with a column 'timestamp' (a request a line) or 'count' (a second a line)", HelpName = "FILE", Required = true };
        var rateScale = new Option<double>("--rate-scale") { Description = "Multiplies the requests of each second", HelpName = "N", DefaultValueFactory = static _ => 1 };
        rateScale.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 1e6)) result.AddError("--rate-scale is a number above 0.");
        });
        var service = new Option<string>("--service-time") { Description = "How long a worker is busy with a request: a time, or a profile's file", HelpName = "20ms|FILE", DefaultValueFactory = static _ => "20ms" };
        var startup = Span("--startup", "From a replica's start until it takes requests", TimeSpan.FromSeconds(2));
        var target = Span("--target-p95", "The latency to keep", null);
        var (min, max) = (Count("--min", 0), Count("--max", 1));
        var plot = new Option<string?>("--plot") { Description = "Write load, replicas and p95 over time as SVG", HelpName = "FILE" };
        var command = Invocation.Named("simulate", "Tries the scaling policy on recorded traffic, beside Kubernetes' HPA and Knative's KPA.", "fairlead simulate --trace load.csv --service-time 20ms --target-p95 100ms --plot load.svg");
        command.Add(path);
        foreach (var option in (Option[])[environment, trace, rateScale, service, startup, target, min, max, plot]) command.Add(option);
        return command.Runs(host, (parse, context, cancellationToken) => RunAsync(
            context,
            new SimulateOptions(
                parse.GetValue(path), parse.GetValue(environment), parse.GetRequiredValue(trace), parse.GetValue(rateScale), parse.GetRequiredValue(service),
                parse.GetValue(startup)!.Value, parse.GetValue(target), parse.GetValue(min), parse.GetValue(max)),
            parse.GetValue(plot),
            cancellationToken));
    }

    private static async Task<int> RunAsync(CommandContext context, SimulateOptions options, string? plot, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        var resolved = options.Resolve(context);
        if (!resolved.TryGet(out var tried)) return terminal.Fail(resolved.Problems, ExitCode.Usage);
        var (input, rules) = tried;
        var outcomes = Comparison.Of(input, rules, cancellationToken);
        if (plot is not null)
        {
            try
            {
                await File.WriteAllTextAsync(context.FullPath(plot), SimulationPlot.Render($"{Path.GetFileName(options.Trace)} × {options.RateScale.ToString(CultureInfo.InvariantCulture)}", input.TargetP95.TotalSeconds, outcomes), cancellationToken);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return terminal.Fail(CliProblems.CannotWriteFile(plot, failure.Message));
            }
        }

        terminal.Data(new SimulateReport(options.Trace, input.Arrivals.Length, input.Seconds, input.TargetP95.TotalSeconds, [.. outcomes.Select(SimulateItem.Of)]), c => c.SimulateReport);
        terminal.Result(Render(input, outcomes, terminal.Width, terminal.Paint));
        return ExitCode.Done;
    }

    private static IEnumerable<string> Render(SimulationInput input, IReadOnlyList<SimulationOutcome> outcomes, int width, Paint paint)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{input.Arrivals.Length} requests in {input.Seconds} s; the target is a p95 of {Duration.Format(input.TargetP95)}.");
        var rows = outcomes.Select(o => (IReadOnlyList<Cell>)
        [
            o.Scaler, Text($"{o.OverTarget * 100:0.00} %"), Text($"{o.ViolationSeconds} s"), Text($"{o.ReplicaSeconds:0}"), Text($"{o.Replicas.Max()}"), Text($"{o.Changes}"), Text($"{o.WorstQueue}"),
        ]).ToList();
        foreach (var line in Table.Render(Columns, rows, width, paint)) yield return line;
    }

    private static Option<TimeSpan?> Span(string name, string description, TimeSpan? fallback) => new(name)
    {
        Description = description,
        HelpName = fallback is { } value ? Duration.Format(value) : "100ms",
        DefaultValueFactory = fallback is null ? null : _ => fallback,
        CustomParser = result =>
        {
            if (result.Tokens is [{ Value: var text }] && Duration.TryParse(text, out var span) && span > TimeSpan.Zero) return span;
            result.AddError($"{name} is a time above nothing, such as 100ms.");
            return null;
        },
    };

    private static Option<int?> Count(string name, int least)
    {
        var option = new Option<int?>(name) { Description = "Replicas", HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= least && count <= 1000)) result.AddError($"{name} is a number of replicas from {least} to 1000.");
        });
        return option;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.CommandLine;
using Fairlead.Api.Client;
using Fairlead.Cli.Output;
using Fairlead.Cli.Prediction;

namespace Fairlead.Cli.Commands;

/// <summary>Asks a deployed model: inline values, a protocol request from a file, or a CSV file row by row.</summary>
internal static class PredictCommand
{
    public static Command Create(CliHost host)
    {
        var name = Invocation.NameArgument(host);
        var input = new Option<string[]>("--input", "-i") { Description = "An input's values, such as X=1,2,3; again for each input", HelpName = "NAME=VALUES" };
        var json = new Option<string?>("--json") { Description = "A file with an infer request of the protocol; '-' reads standard input", HelpName = "FILE" };
        var csv = new Option<string?>("--csv") { Description = "A CSV file with a header; each row is one request", HelpName = "FILE" };
        var label = new Option<string?>("--label") { Description = "The CSV column with the true answer: prints the accuracy", HelpName = "COLUMN" };
        var output = new Option<string?>("--out") { Description = "Writes the CSV with a column 'prediction' added", HelpName = "FILE" };
        var command = Invocation.Named("predict", "Asks a deployed model.", "fairlead predict penguins --csv holdout.csv --label species");
        command.Add(name);
        foreach (var option in (Option[])[input, json, csv, label, output]) command.Add(option);
        command.Validators.Add(result =>
        {
            var sources = new Option[] { input, json, csv }.Count(o => result.GetResult(o) is not null);
            if (sources > 1) result.AddError("Give only one of --input, --json and --csv.");
            if (result.GetResult(csv) is null && (result.GetResult(label) is not null || result.GetResult(output) is not null)) result.AddError("--label and --out belong to --csv.");
        });
        return command.Asks(host, async (parse, context, client, cancellationToken) =>
        {
            var opened = await OpenAsync(context, client, parse.GetValue(name), cancellationToken);
            if (!opened.TryGet(out var gateway)) return context.Terminal.Fail(opened.Problems);
            using (gateway)
            {
                if (parse.GetValue(csv) is { } table) return await CsvPrediction.RunAsync(context, gateway, new CsvOptions(table, parse.GetValue(label), parse.GetValue(output)), cancellationToken);
                if (parse.GetValue(json) is { } file) return await JsonAsync(context, gateway, file, cancellationToken);
                return parse.GetValue(input) is { Length: > 0 } inputs ? await InlineAsync(context, gateway, inputs, cancellationToken) : context.Terminal.Fail(PredictProblems.NothingToPredict(), ExitCode.Usage);
            }
        });
    }

    private static async Task<Core.Results.Result<GatewayClient>> OpenAsync(CommandContext context, ControlClient client, string? given, CancellationToken cancellationToken)
    {
        var resolved = await Invocation.ResolveNameAsync(client, given, cancellationToken);
        if (!resolved.TryGet(out var name)) return Core.Results.Result.Fail<GatewayClient>(resolved.Problems);
        var asked = await client.GetInfoAsync(cancellationToken);
        return asked.TryGet(out var info) ? new GatewayClient(info.Gateway, name, context.Time) : Core.Results.Result.Fail<GatewayClient>(asked.Problems);
    }

    private static async Task<int> JsonAsync(CommandContext context, GatewayClient gateway, string file, CancellationToken cancellationToken)
    {
        byte[] request;
        try
        {
            request = file == "-"
                ? System.Text.Encoding.UTF8.GetBytes(await context.Host.In.ReadToEndAsync(cancellationToken))
                : await File.ReadAllBytesAsync(context.FullPath(file), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return context.Terminal.Fail(CliProblems.CannotReadFile(file, e.Message));
        }

        return await InferAsync(context, gateway, request, cancellationToken);
    }

    private static async Task<int> InlineAsync(CommandContext context, GatewayClient gateway, string[] inputs, CancellationToken cancellationToken)
    {
        var asked = await gateway.GetMetadataAsync(cancellationToken);
        if (!asked.TryGet(out var model)) return context.Terminal.Fail(asked.Problems);
        var built = InferRequest.FromInline(inputs, model);
        return built.TryGet(out var request) ? await InferAsync(context, gateway, request, cancellationToken) : context.Terminal.Fail(built.Problems, ExitCode.Usage);
    }

    private static async Task<int> InferAsync(CommandContext context, GatewayClient gateway, byte[] request, CancellationToken cancellationToken)
    {
        var asked = await gateway.InferAsync(request, cancellationToken);
        if (!asked.TryGet(out var answer)) return context.Terminal.Fail(asked.Problems);
        // The protocol's answer is JSON in both formats: passed on as it came.
        context.Host.Out.WriteLine(answer);
        return ExitCode.Done;
    }
}

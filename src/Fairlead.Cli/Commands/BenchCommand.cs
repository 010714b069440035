using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Fairlead.Api.Client;
using Fairlead.Cli.Bench;
using Fairlead.Cli.Load;
using Fairlead.Cli.Output;
using Fairlead.Cli.Prediction;
using Fairlead.Control.Simulation;
using Fairlead.Core.Results;
using Fairlead.Core.Units;

namespace Fairlead.Cli.Commands;

/// <summary>Measures a deployment under load, or finds the highest rate that keeps a latency target.</summary>
internal static class BenchCommand
{
    private const long LongestBlank = 10_000_000;
    private const int Seed = 1;
    private static readonly TimeSpan DefaultLength = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DefaultTarget = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private sealed record Options(Argument<string?> Name, Option<string?> Json, Option<string?> Url, Option<string?> Grpc, Option<double?> Rate, Option<string?> Steps, Option<string?> Trace, Option<double?> RateScale, Option<bool> Poisson, Option<TimeSpan?> Length, Option<TimeSpan?> Target, Option<string?> Profile);

    public static Command Create(CliHost host)
    {
        var options = new Options(
            Invocation.NameArgument(host),
            new Option<string?>("--json") { Description = "A file with the request; without it zeros of the model's shape", HelpName = "FILE" },
            new Option<string?>("--url") { Description = "Posts to this address instead of a deployment; needs --json", HelpName = "URL" },
            new Option<string?>("--grpc") { Description = "Calls ModelInfer at this address; NAME is the model", HelpName = "HOST:PORT" },
            Rate("--rate", "Requests a second"),
            new Option<string?>("--steps") { Description = "Rates and how long each, such as '50:10s,200:10s'", HelpName = "RATE:SPAN,…" },
            new Option<string?>("--trace") { Description = "Sends as a trace did", HelpName = "FILE" },
            Rate("--rate-scale", "Multiplies the trace's rate"),
            new Option<bool>("--poisson") { Description = "Exponential gaps, as of independent users; else even ones" },
            Span("--duration", $"How long each rate is held (default {Duration.Format(DefaultLength)}), or the most of a trace"),
            Span("--target-p95", $"The latency to keep; a load that misses it ends with exit code 1 (for the search {Duration.Format(DefaultTarget)})"),
            new Option<string?>("--profile") { Description = "Writes the service times for 'fairlead simulate --service-time'", HelpName = "FILE" });
        var command = Invocation.Named("bench", "Measures a deployment: latencies under a load that does not wait for answers. Without --rate, --steps or --trace it finds the highest rate that keeps --target-p95.", "fairlead bench penguins --rate 200 --duration 30s");
        command.Add(options.Name);
        foreach (var option in (Option[])[options.Json, options.Url, options.Grpc, options.Rate, options.Steps, options.Trace, options.RateScale, options.Poisson, options.Length, options.Target, options.Profile]) command.Add(option);
        command.Validators.Add(result => Check(result, options));
        return command.Runs(host, (parse, context, cancellationToken) => RunAsync(parse, options, context, cancellationToken));
    }

    private static Option<double?> Rate(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            if (result.Tokens is [{ Value: var text }] && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate > 0) return rate;
            result.AddError($"{name} takes a number above 0.");
            return null;
        },
    };

    private static Option<TimeSpan?> Span(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SPAN",
        CustomParser = result =>
        {
            if (result.Tokens is [{ Value: var text }] && Duration.TryParse(text, out var span) && span > TimeSpan.Zero) return span;
            result.AddError($"{name} takes a span such as '100ms'.");
            return null;
        },
    };

    private static void Check(CommandResult result, Options options)
    {
        if (new Option[] { options.Rate, options.Steps, options.Trace }.Count(o => result.GetResult(o) is not null) > 1) result.AddError("Give only one of --rate, --steps and --trace.");
        if (result.GetResult(options.Url) is not null && result.GetResult(options.Grpc) is not null) result.AddError("Give only one of --url and --grpc.");
        if (result.GetResult(options.Url) is not null && result.GetResult(options.Json) is null) result.AddError("--url needs a request: give --json FILE.");
        if (result.GetResult(options.Url) is { Tokens: [{ Value: var url }] } && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp)) result.AddError($"--url takes an http:// address, not '{url}'.");
        if (result.GetResult(options.Grpc) is { Tokens: [{ Value: var server }] } && !Uri.TryCreate($"http://{server}", UriKind.Absolute, out _)) result.AddError($"--grpc takes host:port, not '{server}'.");
        if (result.GetResult(options.Grpc) is not null && (result.GetResult(options.Name) is not { Tokens.Count: 1 } || result.GetResult(options.Json) is null)) result.AddError("--grpc needs NAME, the model, and a request: give --json FILE.");
        if (result.GetResult(options.RateScale) is not null && result.GetResult(options.Trace) is null) result.AddError("--rate-scale belongs to --trace.");
        if (result.GetResult(options.Steps) is { Tokens: [{ Value: var steps }] } && LoadStepText.Parse(steps) is null) result.AddError($"--steps takes rates and spans such as '50:10s,200:10s', not '{steps}'.");
    }

    private static async Task<int> RunAsync(ParseResult parse, Options options, CommandContext context, CancellationToken cancellationToken)
    {
        var planned = Plan(parse, options, context);
        if (!planned.TryGet(out var plan)) return context.Terminal.Fail(planned.Problems, ExitCode.Usage);
        var opened = await OpenAsync(parse, options, context, cancellationToken);
        if (!opened.TryGet(out var opening)) return context.Terminal.Fail(opened.Problems);
        using var target = opening.Target;
        var session = new BenchSession(target, context.Terminal, context.Time);
        var (latencies, outcome) = await session.MeasureServiceAsync(cancellationToken);
        if (latencies is null) return context.Terminal.Fail(BenchProblems.NotAnswered(opening.Name, outcome));
        var profile = parse.GetValue(options.Profile);
        if (profile is not null && WriteProfile(context, profile, latencies) is { } unwritten) return context.Terminal.Fail(unwritten);

        var service = BenchService.Of(latencies);
        if (plan.Fixed is { } times)
        {
            var run = await session.RunAsync(plan.Rate, times, plan.TargetP95, cancellationToken);
            return Report(context, new BenchReport(opening.Name, service, plan.TargetP95?.TotalSeconds, null, [run], profile), run.Kept ?? run.Failed == 0);
        }

        var (highest, runs) = await session.SearchAsync(plan, plan.TargetP95 ?? DefaultTarget, service.Mean, cancellationToken);
        return Report(context, new BenchReport(opening.Name, service, (plan.TargetP95 ?? DefaultTarget).TotalSeconds, highest, runs, profile), highest > 0);
    }

    // Measured one by one, so that it is one worker's time.
    private static Problem? WriteProfile(CommandContext context, string file, LatencyRecord latencies)
    {
        double[] quantiles = [0, 0.01, 0.05, .. Enumerable.Range(1, 9).Select(static n => n / 10.0), 0.95, 0.99, 0.999, 1];
        try
        {
            new ServiceProfile(ServiceProfile.FormatName, 1, [.. quantiles.Select(q => new[] { q, latencies.Quantile(q).TotalSeconds })]).Write(context.FullPath(file));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CliProblems.CannotWriteFile(file, e.Message);
        }
    }

    private static int Report(CommandContext context, BenchReport report, bool done)
    {
        context.Terminal.Data(report, c => c.BenchReport);
        context.Terminal.Result(BenchView.Render(report, context.Terminal.Width, context.Terminal.Paint));
        return done ? ExitCode.Done : ExitCode.Failed;
    }

    private static Result<BenchPlan> Plan(ParseResult parse, Options options, CommandContext context)
    {
        var poisson = parse.GetValue(options.Poisson);
        var length = parse.GetValue(options.Length) ?? DefaultLength;
        var target = parse.GetValue(options.Target);
        Func<double, IEnumerable<TimeSpan>> shape = poisson ? rate => SendTimes.Poisson(rate, new Random(Seed)) : SendTimes.Constant;
        if (parse.GetValue(options.Rate) is { } rate) return new BenchPlan(SendTimes.For(shape(rate), length), rate, shape, length, target);
        if (parse.GetValue(options.Steps) is { } steps) return new BenchPlan(SendTimes.Steps(LoadStepText.Parse(steps)!, shape), null, shape, length, target);
        if (parse.GetValue(options.Trace) is not { } file) return new BenchPlan(null, null, shape, length, target);
        var read = TraceReader.Read(context.FullPath(file), parse.GetValue(options.RateScale) ?? 1, Seed);
        if (!read.TryGet(out var trace)) return Result.Fail<BenchPlan>(read.Problems);
        var times = trace.Arrivals.Select(TimeSpan.FromSeconds);
        return new BenchPlan(parse.GetValue(options.Length) is { } most ? SendTimes.For(times, most) : times, null, shape, length, target);
    }

    private sealed record Opening(ILoadTarget Target, string Name);

    private static async Task<Result<Opening>> OpenAsync(ParseResult parse, Options options, CommandContext context, CancellationToken cancellationToken)
    {
        var body = ReadBody(parse.GetValue(options.Json), context);
        if (!body.TryGet(out var json)) return Result.Fail<Opening>(body.Problems);
        if (parse.GetValue(options.Url) is { } url) return await OpenUrlAsync(new Uri(url), json!, context, cancellationToken);
        if (parse.GetValue(options.Grpc) is { } server) return OpenGrpc(server, parse.GetValue(options.Name)!, json!);
        var connected = context.Connect();
        if (!connected.TryGet(out var client)) return Result.Fail<Opening>(connected.Problems);
        using (client) return await OpenDeploymentAsync(client, context, parse.GetValue(options.Name), json, cancellationToken);
    }

    private static async Task<Result<Opening>> OpenUrlAsync(Uri url, byte[] json, CommandContext context, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(url.IdnHost, cancellationToken);
            return new Opening(new HttpTarget(LoadRequest.Post(new IPEndPoint(addresses[0], url.Port), url.PathAndQuery, json, "application/json"), AnswerTimeout, context.Time), url.ToString());
        }
        catch (SocketException e)
        {
            return BenchProblems.NotAnswered(url.ToString(), e.Message);
        }
    }

    private static Result<Opening> OpenGrpc(string server, string model, byte[] json)
    {
        try
        {
            return new Opening(new GrpcTarget(new Uri($"http://{server}"), GrpcRequest.Frame(model, json), AnswerTimeout), $"{model} at {server}");
        }
        catch (FormatException e)
        {
            return BenchProblems.BadRequest(e.Message);
        }
    }

    private static async Task<Result<Opening>> OpenDeploymentAsync(ControlClient client, CommandContext context, string? given, byte[]? json, CancellationToken cancellationToken)
    {
        var resolved = await Invocation.ResolveNameAsync(client, given, cancellationToken);
        if (!resolved.TryGet(out var name)) return Result.Fail<Opening>(resolved.Problems);
        var asked = await client.GetInfoAsync(cancellationToken);
        if (!asked.TryGet(out var info)) return Result.Fail<Opening>(asked.Problems);
        if (json is null)
        {
            using var gateway = new GatewayClient(info.Gateway, name, context.Time);
            var described = await gateway.GetMetadataAsync(cancellationToken);
            if (!described.TryGet(out var model)) return Result.Fail<Opening>(described.Problems);
            json = InferRequest.Blank(model, LongestBlank);
            if (json is null) return BenchProblems.NoRequest(name);
        }

        var opened = await OpenUrlAsync(new Uri($"http://{GatewayClient.Reachable(info.Gateway)}/v2/models/{Uri.EscapeDataString(name)}/infer"), json, context, cancellationToken);
        return opened.TryGet(out var opening) ? opening with { Name = name } : opened;
    }

    private static Result<byte[]?> ReadBody(string? file, CommandContext context)
    {
        if (file is null) return Result.Ok<byte[]?>(null);
        try
        {
            return File.ReadAllBytes(context.FullPath(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CliProblems.CannotReadFile(file, e.Message);
        }
    }
}

using System.CommandLine;
using Fairlead.Cli.Output;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;
using Fairlead.Packaging;

namespace Fairlead.Cli.Commands;

/// <summary>Checks an image of the local store, a line a check.</summary>
internal static class VerifyCommand
{
    public static Command Create(CliHost host)
    {
        var image = new Argument<string>("IMAGE") { Description = "An image of the local store, NAME:VERSION" };
        var command = Invocation.Named("verify", "Checks an image: its bytes, its files, user and secrets, its SBOM, and that it answers its golden requests.", "fairlead verify penguins:1.0.0");
        command.Add(image);
        return command.Runs(host, (parse, context, cancellationToken) => RunAsync(context, parse.GetRequiredValue(image), cancellationToken));
    }

    private static async Task<int> RunAsync(CommandContext context, string given, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        if (!ImageName.TryParse(given, out var name)) return terminal.Fail(CliProblems.WrongUsage($"'{given}' is no image of the local store.", "Write NAME:VERSION; 'fairlead images' lists them."), ExitCode.Usage);
        var verified = await new ImageVerifier(new OciStore(context.Home, context.Time), context.Home, context.Time).RunAsync(name, check => Show(terminal, check), cancellationToken);
        if (!verified.TryGet(out var report)) return terminal.Fail(verified.Problems);
        terminal.Data(VerifyJson.Of(report), c => c.VerifyJson);
        terminal.Result(Closing(report));
        return report.IsOk ? ExitCode.Done : ExitCode.Failed;
    }

    internal static string Closing(VerifyReport report) => report.IsOk ? $"{report.Image} holds: {report.Digest}" : $"{report.Image} does not hold.";

    internal static void Show(Terminal terminal, VerifyCheck check)
    {
        if (check.Problem is null) terminal.Result($"{terminal.Paint.Good("✓")} {check.Subject,-8} {terminal.Paint.Faint(check.Finding)}");
        else terminal.Result($"{terminal.Paint.Bad("✗")} {check.Subject,-8} {ProblemText.Format(check.Problem, terminal.Paint)}");
    }
}

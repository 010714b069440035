using System.CommandLine;
using Fairlead.Cli.Doctor;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Commands;

/// <summary>Checks this machine and home; ends 1 when something will not work.</summary>
internal static class DoctorCommand
{
    public static Command Create(CliHost host) =>
        Invocation.Named("doctor", "Checks this machine and home, with a remedy for each finding. Exit code 1 when something will not work.", "fairlead doctor").Runs(host, async (_, context, cancellationToken) =>
        {
            var report = new DoctorReport(context.Home.Root, [.. HomeChecks.Run(context.Home), .. await ProcessChecks.RunAsync(context, cancellationToken), .. ProgramChecks.Run(context), .. await DockerChecks.RunAsync(context, cancellationToken)]);
            context.Terminal.Data(report, c => c.DoctorReport);
            context.Terminal.Result(Render(report, context.Terminal.Paint));
            return report.Checks.Any(c => c.State == "fail") ? ExitCode.Failed : ExitCode.Done;
        });

    internal static IEnumerable<string> Render(DoctorReport report, Paint paint)
    {
        var width = report.Checks.Max(c => c.Subject.Length);
        foreach (var check in report.Checks)
        {
            var state = check.State switch { "ok" => paint.Good("ok  "), "warn" => paint.Warn("warn"), _ => paint.Bad("fail") };
            yield return $"{state}  {check.Subject.PadRight(width)}  {check.Finding}";
            if (check.Remedy is not null) yield return $"      {new string(' ', width)}  {paint.Faint("→")} {check.Remedy}";
        }
    }
}

using Fairlead.Engines.Docker.Daemons;

namespace Fairlead.Cli.Doctor;

/// <summary>Whether the Docker engine could run replicas here. To have no Docker is no fault: the process engine needs none.</summary>
internal static class DockerChecks
{
    private const string Subject = "Docker";

    public static async Task<IReadOnlyList<Check>> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var host = context.Host.Variable(DockerCheck.HostVariable);
        var opened = DockerCheck.Of(host, context.Time);
        if (!opened.TryGet(out var docker)) return [Check.Fail(Subject, opened.Problems[0].Message, opened.Problems[0].Hint)];
        using (docker)
        {
            var asked = await docker.AskAsync(cancellationToken);
            if (!asked.TryGet(out var answer))
            {
                var problem = asked.Problems[0];
                return [string.IsNullOrEmpty(host) ? Check.Ok(Subject, $"{problem.Message.TrimEnd('.')}; only --engine docker needs it") : Check.Fail(Subject, problem.Message, problem.Hint)];
            }

            return [Check.Ok(Subject, answer.Daemon), .. answer.Notes.Select(n => Check.Warn(Subject, n, "Replicas run without it; change how the daemon is started to have it."))];
        }
    }
}

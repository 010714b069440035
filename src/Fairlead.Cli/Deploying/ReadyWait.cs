using Fairlead.Api.Client;
using Fairlead.Api.Wire;
using Fairlead.Cli.Output;
using Fairlead.Core.Results;

namespace Fairlead.Cli.Deploying;

/// <summary>Waits until a revision is ready and shows what it waits for.</summary>
internal sealed class ReadyWait(CommandContext context, ControlClient client)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    /// <param name="timeout">How long nothing may change: an update of many replicas takes as long as it makes steps.</param>
    public async Task<Result<DeploymentStatus>> RunAsync(DeployAccepted accepted, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var began = context.Time.GetTimestamp();
        using var screen = new LiveScreen(context.Terminal);
        var shown = "";
        var seen = "";
        while (true)
        {
            var read = await client.GetAsync(accepted.Deployment, cancellationToken);
            if (!read.TryGet(out var status)) return read;
            var now = string.Join(' ', status.Replicas.Select(r => $"{r.Id}:{r.Phase}"));
            if (now != seen) (seen, began) = (now, context.Time.GetTimestamp());
            switch (Readiness.Of(status, accepted.Revision))
            {
                case Readiness.Ready:
                    screen.Clear();
                    return status;
                case Readiness.Failed failed:
                    screen.Clear();
                    return CliProblems.DeployFailed(accepted.Deployment, failed.Reason);
                case Readiness.Waiting waiting when context.Terminal.IsLive && waiting.Reason != shown:
                    shown = waiting.Reason;
                    screen.Draw([Table.Fit($"  waiting: {waiting.Reason.ReplaceLineEndings(" ")}", context.Terminal.Width)]);
                    break;
            }

            if (context.Time.GetElapsedTime(began) > timeout)
            {
                screen.Clear();
                return CliProblems.NotReadyInTime(accepted.Deployment, timeout);
            }

            await context.WaitAsync(Poll, cancellationToken);
        }
    }
}

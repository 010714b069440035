using Fairlead.Api.Client;
using Fairlead.Api.Wire;
using Fairlead.Cli.Controllers;
using Fairlead.Cli.Output;
using Fairlead.Core.Results;

namespace Fairlead.Cli.Deploying;

/// <summary>What one <c>up</c> has started, and taking that and nothing else down again.</summary>
internal sealed class Startup(CommandContext context, RunningController controller, string name)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public ControlClient Client => controller.Client;

    public string Name => name;

    public bool StartedController => controller.Started;

    /// <summary>The deployment was there before: it is not this command's to take down.</summary>
    public bool RanBefore { get; private set; }

    public bool Deployed { get; set; }

    /// <summary>What was asked for is there.</summary>
    public bool Ready { get; set; }

    public async Task NoteWhatRunsAsync(CancellationToken cancellationToken) =>
        RanBefore = (await Client.GetAsync(name, cancellationToken)).IsOk;

    /// <summary>After a failure or Ctrl-C before ready: takes down quietly and keeps the exit code.</summary>
    public async Task<int> GiveUpAsync(int exitCode)
    {
        if (Deployed && !RanBefore) NoteTakedown();
        var ended = await TakeDownAsync();
        if (!ended.IsOk) context.Terminal.Explain(ended.Problems.Select(p => ProblemText.Format(p, context.Terminal.Paint)));
        return exitCode;
    }

    /// <summary>After the view: 0 when all that was started is gone.</summary>
    public async Task<int> EndAsync()
    {
        if (RanBefore)
        {
            context.Terminal.Note($"{name} goes on; 'fairlead down {name}' takes it down.");
            return ExitCode.Done;
        }

        NoteTakedown();
        var ended = await TakeDownAsync();
        if (!ended.IsOk) return context.Terminal.Fail(ended.Problems);
        context.Terminal.Note(ended.Value ? $"{name}, the gateway and the controller are down." : $"{name} is down.");
        return ExitCode.Done;
    }

    private void NoteTakedown() => context.Terminal.Note($"Taking {name} down; Ctrl-C again does not wait for requests in flight.");

    /// <summary>True when the controller ended too.</summary>
    private async Task<Result<bool>> TakeDownAsync()
    {
        var takedown = new Takedown(context, Client);
        IReadOnlyList<DeploymentStatus> victims = [];
        try
        {
            // The first Ctrl-C asked for this; only a second one may cut it short.
            var token = context.Host.Interrupts.Second;
            if (Deployed && !RanBefore)
            {
                victims = (await Client.GetAsync(name, token)) is { IsOk: true } found ? [found.Value] : [];
                var removed = await takedown.RemoveAsync(name, Patience, token);
                if (!removed.IsOk && !removed.Problems.Any(ClientProblems.IsNotFound)) return Result.Fail<bool>(removed.Problems);
            }

            return controller.Started ? await takedown.EndControllerAsync(Patience, token) : false;
        }
        catch (OperationCanceledException)
        {
            context.Terminal.Explain(["Ended by force; 'fairlead down --all' clears what is left."]);
            return await takedown.ForceAsync(victims, CancellationToken.None);
        }
    }
}

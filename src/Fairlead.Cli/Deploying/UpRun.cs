using Fairlead.Api.Client;
using Fairlead.Api.Wire;
using Fairlead.Cli.Controllers;
using Fairlead.Cli.Output;
using Fairlead.Core.Results;

namespace Fairlead.Cli.Deploying;

/// <summary>One run of <c>up</c>: validate, pack, find or start the controller, deploy, wait, show, take down what it started.</summary>
internal sealed class UpRun(CommandContext context, DeployOptions options, bool detach)
{
    /// <summary>The controller judges by the manifest's deadline; this is for a controller that does not.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);
    private readonly Steps _steps = new(context.Terminal, context.Time);

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var read = Preparation.Read(context, options);
        if (!read.TryGet(out var manifest)) return context.Terminal.Fail(read.Problems, ExitCode.Usage);
        var name = manifest.Manifest.Name.Value;
        _steps.Done($"{name} {manifest.Manifest.Version}: manifest valid", manifest.Path);

        // Packed before a controller is started: a model that cannot be packed starts nothing.
        var packed = await Preparation.PackAsync(context, manifest, options, _steps.Done, cancellationToken);
        if (!packed.TryGet(out var request)) return context.Terminal.Fail(packed.Problems, Preparation.ExitCodeOf(packed.Problems));

        // Ctrl-C waits for its answer: only a controller that answers can be asked to end with all that it started.
        var started = await ControllerStarter.EnsureAsync(context, context.Host.Interrupts.Second);
        if (!started.TryGet(out var controller)) return context.Terminal.Fail(started.Problems);
        using (controller)
        {
            var startup = new Startup(context, controller, name);
            try
            {
                return await DeployAsync(startup, request, manifest.Manifest.Rollout.Deadline + manifest.Manifest.Rollout.Watch + Margin, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Once it is ready, an interrupt is the way to end; it may come before the view is up.
                if (!startup.Ready) return await startup.GiveUpAsync(ExitCode.Cancelled);
                return detach ? ExitCode.Done : await startup.EndAsync();
            }
        }
    }

    private async Task<int> DeployAsync(Startup startup, DeployRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var client = startup.Client;
        _steps.Done(startup.StartedController ? "controller started" : "controller runs", client.Address.Address.Authority);
        await startup.NoteWhatRunsAsync(cancellationToken);
        var before = await RequestCount.BeforeAsync(client, startup.Name, cancellationToken);
        var deployed = await client.DeployAsync(startup.Name, request, cancellationToken);
        if (!deployed.TryGet(out var accepted)) return await startup.GiveUpAsync(context.Terminal.Fail(deployed.Problems));
        startup.Deployed = true;
        _steps.Done(accepted.Changed ? $"revision {accepted.Revision} deployed" : $"revision {accepted.Revision} is deployed already", "");

        var waited = await new ReadyWait(context, client).RunAsync(accepted, timeout, cancellationToken);
        if (!waited.TryGet(out var status)) return await FailAsync(startup, waited.Problems, before, cancellationToken);
        startup.Ready = true;
        _steps.Done(status.Phase == "idle" ? StatusView.Idle : $"{status.Ready} of {status.Desired} replicas ready", before.Until(status));
        await AnnounceAsync(startup, status, accepted.Changed, cancellationToken);
        return detach ? ExitCode.Done : await AttendAsync(startup, cancellationToken);
    }

    private async Task AnnounceAsync(Startup startup, DeploymentStatus status, bool changed, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        // A golden request is the best example; without one the model's own inputs make one.
        var tryIt = status.TryIt ?? (terminal.Quiet ? null : await ExampleCall.ForAsync(context, status, cancellationToken));
        var report = new UpReport(status with { TryIt = tryIt }, changed, startup.StartedController);
        // In the foreground events follow, one object a line; so is this then.
        if (detach) terminal.Data(report, c => c.UpReport);
        else terminal.DataLine(report, c => c.UpReport);
        if (status.Urls.Count > 0) terminal.Result("");
        foreach (var url in status.Urls) terminal.Result($"  {terminal.Paint.Strong(url)}");
        if (tryIt is null) return;
        terminal.Result("");
        terminal.Result($"  {tryIt}");
    }

    private async Task<int> AttendAsync(Startup startup, CancellationToken cancellationToken)
    {
        var view = new LiveView(context, startup.Client, startup.Name);
        await view.RunAsync(startup.RanBefore ? $"Ctrl-C leaves this view; {startup.Name} ran before and goes on." : $"Ctrl-C takes {startup.Name} down.", cancellationToken);
        return await startup.EndAsync();
    }

    /// <summary>Says why. In the foreground what was started is taken down again; in the background it is left to be looked at.</summary>
    private async Task<int> FailAsync(Startup startup, IReadOnlyList<Problem> problems, RequestCount before, CancellationToken cancellationToken)
    {
        var exitCode = context.Terminal.Fail(problems);
        var why = await startup.Client.GetWhyAsync(startup.Name, cancellationToken);
        if (why.TryGet(out var report)) context.Terminal.Explain(WhyView.Render(report, context.Terminal.Paint));
        await before.ExplainAsync(context, startup.Client, startup.Name, cancellationToken);
        if (!detach) return await startup.GiveUpAsync(exitCode);
        context.Terminal.Explain([$"It is left as it is: 'fairlead logs {startup.Name}' shows more, 'fairlead down {startup.Name}' takes it away."]);
        return exitCode;
    }
}

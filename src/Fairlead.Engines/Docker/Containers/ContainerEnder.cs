using Fairlead.Core.Results;
using Fairlead.Engines.Docker.Api;

namespace Fairlead.Engines.Docker.Containers;

/// <summary>Ends a container: SIGTERM, the grace, SIGKILL. Docker's own stop counts its grace in whole seconds and does not say whether it had to kill.</summary>
internal sealed class ContainerEnder(DockerClient client, TimeProvider time)
{
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);

    /// <summary>True when it had to be killed.</summary>
    public async Task<Result<bool>> EndAsync(string container, string replica, TimeSpan grace, CancellationToken cancellationToken)
    {
        var ended = EndedAsync(container, cancellationToken);
        await SignalAsync(container, "SIGTERM", cancellationToken);

        // A stopped process takes no SIGTERM, nor does a paused container; woken, they can still end in good order.
        await SignalAsync(container, "SIGCONT", cancellationToken);
        if (await WithinAsync(ended, grace, cancellationToken)) return false;
        await SignalAsync(container, "SIGKILL", cancellationToken);
        return await WithinAsync(ended, KillLimit, cancellationToken) ? true : DockerProblems.NotStopped(replica, "it is still there after SIGKILL");
    }

    private async Task EndedAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            await using var answer = await client.OpenAsync(HttpMethod.Post, $"containers/{container}/wait?condition=not-running", null, cancellationToken);
            await answer.CopyToAsync(Stream.Null, cancellationToken);
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            // Somebody else removed it.
        }
    }

    private async Task SignalAsync(string container, string signal, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendAsync(HttpMethod.Post, $"containers/{container}/kill?signal={signal}", cancellationToken);
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            // It is gone.
        }
        catch (DockerException e) when (!e.IsUnreachable)
        {
            // It has ended, or it is paused: then it is woken and told again.
            await UnpauseAsync(container, signal, cancellationToken);
        }
    }

    private async Task UnpauseAsync(string container, string signal, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendAsync(HttpMethod.Post, $"containers/{container}/unpause", cancellationToken);
            await client.SendAsync(HttpMethod.Post, $"containers/{container}/kill?signal={signal}", cancellationToken);
        }
        catch (DockerException e) when (!e.IsUnreachable)
        {
            // It was not paused: it has ended.
        }
    }

    private async Task<bool> WithinAsync(Task ended, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await ended.WaitAsync(limit, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}

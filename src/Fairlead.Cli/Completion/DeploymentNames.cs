using Fairlead.Api.Client;
using Fairlead.Core.Homes;

namespace Fairlead.Cli.Completion;

/// <summary>The names of what is deployed, for completion: quick, and silent when there is nobody to ask.</summary>
internal static class DeploymentNames
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static IEnumerable<string> Read(FairleadHome home)
    {
        if (!ControlClient.Open(home).TryGet(out var client)) return [];
        using (client)
        {
            using var deadline = new CancellationTokenSource(Patience);
            try
            {
                // Completion sources are synchronous; no synchronisation context waits on this thread.
                var listed = client.ListAsync(deadline.Token).GetAwaiter().GetResult();
                return listed.TryGet(out var deployments) ? [.. deployments.Select(d => d.Name)] : [];
            }
            catch (OperationCanceledException)
            {
                return [];
            }
        }
    }
}

using Fairlead.Api.Client;
using Fairlead.Api.Wire;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Deploying;

/// <summary>How many requests the gateway answered while a command waited, and how many of them failed.</summary>
internal sealed record RequestCount(long Requests, long Failed)
{
    /// <summary>As it stands before the command does anything; nothing when there is no such deployment yet.</summary>
    public static async Task<RequestCount> BeforeAsync(ControlClient client, string name, CancellationToken cancellationToken) =>
        (await client.GetAsync(name, cancellationToken)).TryGet(out var status) ? Of(status) : new RequestCount(0, 0);

    /// <summary>The sentence that ends every command that waited.</summary>
    public string Until(DeploymentStatus after)
    {
        // A controller that was started meanwhile counts from 0.
        var requests = Math.Max(0, after.Traffic.Requests - Requests);
        var failed = Math.Clamp(after.Traffic.Failed - Failed, 0, requests);
        return $"{Measures.Count(failed)} failed of {Measures.Count(requests)} {(requests == 1 ? "request" : "requests")} meanwhile.";
    }

    /// <summary>The same sentence beside a problem.</summary>
    public async Task ExplainAsync(CommandContext context, ControlClient client, string name, CancellationToken cancellationToken)
    {
        if ((await client.GetAsync(name, cancellationToken)).TryGet(out var status)) context.Terminal.Explain([Until(status)]);
    }

    private static RequestCount Of(DeploymentStatus status) => new(status.Traffic.Requests, status.Traffic.Failed);
}

using System.Net;
using Fairlead.Api.Wire;
using Fairlead.Cli.Load;
using Fairlead.Cli.Prediction;
using Fairlead.Core.Results;

namespace Fairlead.Cli.Drilling;

/// <summary>A request that the deployment answers with 200: a model's inputs as zeros, a service's health path.</summary>
internal static class DrillRequest
{
    private const int LargestInput = 1 << 20;

    public static async Task<Result<LoadRequest>> OfAsync(CommandContext context, DeploymentStatus status, CancellationToken cancellationToken)
    {
        if (status.Urls.Count == 0 || !Uri.TryCreate(status.Urls[0], UriKind.Absolute, out var url)) return CliProblems.NothingToDrill(status.Name, "it has no address");
        var address = new IPEndPoint(IPAddress.TryParse(url.IdnHost, out var ip) ? ip : IPAddress.Loopback, url.Port);
        if (!url.AbsolutePath.EndsWith("/infer", StringComparison.Ordinal)) return LoadRequest.Get(address, ServicePath(status, url));
        using var gateway = new GatewayClient(url.Authority, status.Name, context.Time);
        var asked = await gateway.GetMetadataAsync(cancellationToken);
        if (!asked.TryGet(out var model)) return Result.Fail<LoadRequest>(asked.Problems);
        return InferRequest.Blank(model, LargestInput) is { } body
            ? LoadRequest.Post(address, url.AbsolutePath, body, "application/json")
            : CliProblems.NothingToDrill(status.Name, "its metadata does not say what it takes, or it is too large");
    }

    // The line that is shown to try a service asks its health path.
    private static string ServicePath(DeploymentStatus status, Uri url) =>
        status.TryIt?.Split(' ')[^1] is { } shown && Uri.TryCreate(shown, UriKind.Absolute, out var tried) ? tried.PathAndQuery : url.PathAndQuery;
}

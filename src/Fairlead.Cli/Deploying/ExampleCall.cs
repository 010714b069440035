using System.Text;
using Fairlead.Api.Wire;
using Fairlead.Cli.Prediction;

namespace Fairlead.Cli.Deploying;

/// <summary>A <c>curl</c> line for a model that has no golden request: zeros of the right shape.</summary>
internal static class ExampleCall
{
    private const int LongestRow = 32;

    /// <summary>Null for a service, or when the model does not say what it takes.</summary>
    public static async Task<string?> ForAsync(CommandContext context, DeploymentStatus status, CancellationToken cancellationToken)
    {
        var url = status.Urls.FirstOrDefault(u => u.EndsWith("/infer", StringComparison.Ordinal));
        if (url is null || !Uri.TryCreate(url, UriKind.Absolute, out var address)) return null;
        using var gateway = new GatewayClient(address.Authority, status.Name, context.Time);
        var asked = await gateway.GetMetadataAsync(cancellationToken);
        if (!asked.TryGet(out var model) || InferRequest.Blank(model, LongestRow) is not { } request) return null;
        // The names in it are the model's: a quote in one must not end the shell's.
        return $"curl -s {url} -d '{Encoding.UTF8.GetString(request).Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}

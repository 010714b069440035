using System.Net;
using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Settings;

namespace Fairlead.ModelServer.Hosting;

/// <summary>
/// <c>fairlead-server --check</c>: starts as ever, but on loopback ports of its own, and ends by itself as soon as the model
/// is ready or refused. So an image is checked by the program that is in it, and a check that was abandoned leaves nothing.
/// </summary>
internal static class ModelCheck
{
    public const string Argument = "--check";

    private static readonly IPEndPoint Own = new(IPAddress.Loopback, 0);

    public static ServerOptions Settings(ServerOptions options) => options with { Http = Own, Grpc = Own, Metrics = Own };

    /// <returns>Whether the model can be served.</returns>
    public static async Task<bool> RunAsync(Readiness readiness)
    {
        while (true)
        {
            var changed = readiness.Changed;
            if (readiness.Model is not ModelState.Loading) return readiness.Model is ModelState.Ready;
            await changed;
        }
    }
}

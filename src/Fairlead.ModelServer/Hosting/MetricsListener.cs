using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Fairlead.ModelServer.Hosting;

/// <summary>Marks connections that came in on the metrics' address: what is served there is not served elsewhere, and the other way round.</summary>
internal sealed class MetricsListener
{
    private static readonly MetricsListener Instance = new();

    public static void Mark(ListenOptions listen) => listen.Use(next => connection =>
    {
        connection.Features.Set(Instance);
        return next(connection);
    });
}

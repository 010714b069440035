namespace Fairlead.Gateway.Metrics;

internal static class GatewayStatus
{
    /// <summary>No status of HTTP: what logs and metrics call a request whose client went away.</summary>
    public const int ClientGone = 499;
}

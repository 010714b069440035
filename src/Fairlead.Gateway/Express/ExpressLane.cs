using Fairlead.Core.Routing;
using Fairlead.Gateway.Forwarding;
using Fairlead.Gateway.HandOver;
using Fairlead.Gateway.Limits;
using Fairlead.Gateway.Retries;
using Fairlead.Gateway.Routing;

namespace Fairlead.Gateway.Express;

/// <summary>What the connections share that are answered without a server: which requests those are, and how they go on.</summary>
internal sealed partial class ExpressLane(ForwardingServices services, Forwarder forwarder, GatewayLife life, LimitOptions limits, ILogger<ExpressLane> logger)
{
    public LimitOptions Limits { get; } = limits;

    public ReplayMemory Memory => services.Memory;

    /// <summary>A successor takes the connections.</summary>
    public bool HandsOver => life.HandsOver;

    /// <summary>Null when the request is not one to forward: the server answers it.</summary>
    public DeploymentModel? Find(in RequestTarget target, PlainRequest request)
    {
        if (target.Kind is not (TargetKind.Model or TargetKind.Service) || target.IsProbe) return null;
        var deployment = services.Book.Current.Find(target.Deployment);
        return Forwarder.Unroutable(deployment, target) is null && !(request.ContentLength > deployment!.MaxBodyBytes) ? deployment : null;
    }

    public Exchange Begin(IClient client, in RequestTarget target, DeploymentModel deployment) => new(services, client, target, deployment);

    public ValueTask RunAsync(Exchange exchange, DeploymentModel deployment) => forwarder.CountedAsync(exchange, deployment.State);

    public void Failed(Exception exception, string method, string path) => LogFailed(exception, method, path);

    [LoggerMessage(4031, LogLevel.Error, "{Method} {Path} failed within the gateway.")]
    private partial void LogFailed(Exception exception, string method, string path);
}

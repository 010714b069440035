using Fairlead.Core.Homes;
using Fairlead.Engines.Processes;

namespace Fairlead.Daemon.Gateways;

/// <summary>One gateway: its process and the way to speak to it.</summary>
internal sealed record GatewayMember(DetachedProcess Process, GatewayClient Client)
{
    public static GatewayMember Of(DetachedProcess process, FairleadHome home) => new(process, new GatewayClient(home.GatewaySocketOf(process.Pid)));
}

using Fairlead.Gateway.Health;
using Fairlead.Gateway.Retries;
using Fairlead.Gateway.Routing;

namespace Fairlead.Gateway.Forwarding;

/// <summary>What every exchange shares.</summary>
internal sealed record ForwardingServices(RouteBook Book, AttemptSender Sender, AnswerRelay Relay, Ejection Ejection, RetryOptions Retries, ReplayMemory Memory, TimeProvider Time);

using Fairlead.Control.Events;

namespace Fairlead.Daemon.Gateways;

/// <summary>To whom news of the gateway goes.</summary>
/// <param name="Tell">Takes an event; its kind, message and severity.</param>
/// <param name="Changed">Called when a gateway has come, gone or changed its part.</param>
internal sealed record GatewayVoice(Action<string, string, Severity> Tell, Action Changed);

using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Fairlead.Gateway.HandOver;

/// <summary>Gives a server the listener that is there already.</summary>
internal sealed class OneListener(IConnectionListener listener) : IConnectionListenerFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(listener);
}

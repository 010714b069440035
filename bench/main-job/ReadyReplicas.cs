using System.Net.Sockets;
using System.Text.Json;
using Fairlead.Testing.Programs;

namespace Fairlead.Bench.MainJob;

/// <summary>Asks the gateway, over its admin socket, which replicas it routes to: ready for a client, not for us.</summary>
internal static class ReadyReplicas
{
    public static async Task<bool> IncludeAsync(FairleadHomeUnderTest home, string replica)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(home.Home, "run/gateway.sock")), cancellationToken).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var state = JsonDocument.Parse(await client.GetStringAsync(new Uri("http://gateway/state")).ConfigureAwait(false));
        return state.RootElement.GetProperty("replicas").EnumerateArray().Any(r => r.GetProperty("id").GetString() == replica);
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Fairlead.Sockets;

/// <summary>
/// What is below Kestrel's parser: sockets on a few <see cref="PollLoop"/>s. Kestrel's own transport hands every event to the
/// thread pool, asks the system once more than needed, and lets the processor sleep between requests:
/// docs/adr/0005-model-server.md has the figures.
/// </summary>
internal sealed class PollingTransport : IConnectionListenerFactory, IDisposable
{
    private readonly PollLoop[] _loops;
    private int _connections;

    public IReadOnlyList<PollLoop> Loops => _loops;

    /// <param name="givesWay">See <see cref="PollLoop"/>.</param>
    public PollingTransport(int threads, Func<bool>? givesWay = null) => _loops = [.. Enumerable.Range(0, threads).Select(number => new PollLoop(number, givesWay))];

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        endpoint switch
        {
            IPEndPoint address => new(PollingListener.Bind(address, this)),
            _ => throw new NotSupportedException($"{endpoint} is no IP address with a port."),
        };

    public void Dispose()
    {
        foreach (var loop in _loops) loop.Dispose();
    }

    internal PolledConnection Connect(Socket socket)
    {
        var number = (uint)Interlocked.Increment(ref _connections);
        var connection = new PolledConnection(socket, _loops[number % _loops.Length], Id(number));
        connection.Start();
        return connection;
    }

    /// <summary>A name for the next connection.</summary>
    internal string NextId() => Id((uint)Interlocked.Increment(ref _connections));

    private static string Id(uint number) => number.ToString("x8", CultureInfo.InvariantCulture);
}

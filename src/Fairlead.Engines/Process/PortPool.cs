using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Fairlead.Engines.Process;

/// <summary>
/// Gives out ports. It starts at a random one, so that two homes seldom meet, and walks on, so that a port comes again
/// only after the whole range: a client that still knows a dead replica does not reach another one.
/// </summary>
internal sealed class PortPool
{
    private readonly Lock _gate = new();
    private readonly List<int> _candidates;
    private readonly HashSet<int> _taken = [];
    private int _next;

    public PortPool(PortRange range, PortRange? ephemeral, Random random)
    {
        Range = range;
        var all = Enumerable.Range(range.First, range.Last - range.First + 1).ToList();
        var outside = all.Where(p => ephemeral is null || p < ephemeral.First || p > ephemeral.Last).ToList();

        // A kernel that uses the whole range for itself leaves no choice; the probe still finds a free one.
        _candidates = outside.Count > 0 ? outside : all;
        _next = random.Next(_candidates.Count);
    }

    public PortRange Range { get; }

    /// <summary>The kernel's range for outgoing connections: any of them may be taken at any moment.</summary>
    public static PortRange? ReadEphemeral()
    {
        const string file = "/proc/sys/net/ipv4/ip_local_port_range";
        return File.Exists(file) ? ParseEphemeral(File.ReadAllText(file)) : null;
    }

    internal static PortRange? ParseEphemeral(string text) =>
        text.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries) is [var first, var last]
            ? new PortRange(int.Parse(first, CultureInfo.InvariantCulture), int.Parse(last, CultureInfo.InvariantCulture))
            : null;

    /// <summary>Null when not so many are free.</summary>
    public IReadOnlyList<int>? Take(int count)
    {
        lock (_gate)
        {
            var ports = new List<int>(count);
            for (var tries = 0; tries < _candidates.Count && ports.Count < count; tries++)
            {
                var port = _candidates[_next];
                _next = (_next + 1) % _candidates.Count;
                if (!_taken.Contains(port) && IsFree(port)) ports.Add(port);
            }

            if (ports.Count < count) return null;
            _taken.UnionWith(ports);
            return ports;
        }
    }

    /// <summary>Ports of a replica that was found running.</summary>
    public void Reserve(IEnumerable<int> ports)
    {
        lock (_gate) _taken.UnionWith(ports);
    }

    public void Release(IEnumerable<int> ports)
    {
        lock (_gate) _taken.ExceptWith(ports);
    }

    /// <summary>Bound to every address, since a program may listen on any; nothing listens, so nothing is opened to the network.</summary>
    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

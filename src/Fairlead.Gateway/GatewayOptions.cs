using System.Net;
using Fairlead.Core.Homes;
using Fairlead.Core.Results;
using Fairlead.Core.Routing;
using Fairlead.Gateway.Health;
using Fairlead.Gateway.Holding;
using Fairlead.Gateway.Limits;
using Fairlead.Gateway.Retries;

namespace Fairlead.Gateway;

/// <summary>All that a gateway process is told at its start. Every number has a default that is safe for production.</summary>
public sealed record GatewayOptions
{
    public const string AddressVariable = "FAIRLEAD_GATEWAY";
    public const string DefaultAddress = "127.0.0.1:8080";

    public required FairleadHome Home { get; init; }

    /// <summary>The public listener, <c>host:port</c>; the host is an IP address, <c>localhost</c> or <c>*</c>, port 0 takes a free one.</summary>
    public string Address { get; init; } = DefaultAddress;

    /// <summary>A listening socket that was inherited; null when the gateway opens one of its own.</summary>
    public int? ListeningDescriptor { get; init; }

    /// <summary>Take routes at once, but connections only when told to on the admin socket.</summary>
    public bool Standby { get; init; }

    /// <summary>How long connections of a gateway that hands over may lie idle until their next request; 0 to 10 minutes, default 30 s.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long requests in flight may go on after the order to stop; 0 to 10 minutes, default 10 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection to a replica may take; 10 ms to 30 s, default 1 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(1);

    public LimitOptions Limits { get; init; } = new();

    public RetryOptions Retries { get; init; } = new();

    public HealthOptions Health { get; init; } = new();

    public HoldOptions Holding { get; init; } = new();

    /// <summary>The home from <c>FAIRLEAD_HOME</c>, the address from <c>FAIRLEAD_GATEWAY</c>, what the controller says by <see cref="HandOverContract"/>, defaults for the rest.</summary>
    public static GatewayOptions FromEnvironment()
    {
        var address = Environment.GetEnvironmentVariable(AddressVariable);
        return new GatewayOptions
        {
            Home = FairleadHome.FromEnvironment(),
            Address = string.IsNullOrEmpty(address) ? DefaultAddress : address,
            ListeningDescriptor = int.TryParse(Environment.GetEnvironmentVariable(HandOverContract.DescriptorVariable), out var descriptor) ? descriptor : null,
            Standby = Environment.GetEnvironmentVariable(HandOverContract.StandbyVariable) == "1",
        };
    }

    /// <summary>Everything that is out of range, each by its name.</summary>
    public IReadOnlyList<Problem> Check() =>
    [
        .. TryReadAddress(Address, out _) ? [] : (Problem[])[GatewayProblems.AddressInvalid(Address)],
        .. new OptionRange[]
        {
            new(nameof(Linger), Linger.TotalSeconds, 0, 600),
            new(nameof(DrainTimeout), DrainTimeout.TotalSeconds, 0, 600),
            new(nameof(ConnectTimeout), ConnectTimeout.TotalSeconds, 0.01, 30),
        }.Concat(Limits.Ranges).Concat(Retries.Ranges).Concat(Health.Ranges).Concat(Holding.Ranges).Where(r => !r.Holds).Select(GatewayProblems.OptionOutOfRange),
    ];

    internal static bool TryReadAddress(string text, out IPEndPoint address)
    {
        address = new IPEndPoint(IPAddress.Loopback, 0);
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), out var port)) return false;
        var host = text[..colon];
        if (host is "localhost" or "*")
        {
            address = new IPEndPoint(host == "*" ? IPAddress.Any : IPAddress.Loopback, port);
            return true;
        }

        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (!IPAddress.TryParse(bracketed ? host[1..^1] : host, out var ip) || bracketed != host.Contains(':')) return false;
        address = new IPEndPoint(ip, port);
        return true;
    }
}

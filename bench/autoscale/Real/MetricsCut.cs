using System.Globalization;
using System.Net;
using System.Text;
using Fairlead.Api.Wire;
using Fairlead.Testing.Programs;

namespace Fairlead.Bench.Autoscale.Real;

/// <summary>Firewall rules that drop what goes to the replicas' metrics, until it is disposed. Needs root and iptables.</summary>
internal sealed class MetricsCut : IAsyncDisposable
{
    private const int PortInContainer = 8082;
    private const string Variable = "FAIRLEAD_METRICS=";

    private readonly List<IPEndPoint> _dropped = [];

    public static async Task<MetricsCut> MakeAsync(string engine, IReadOnlyList<ReplicaStatus> replicas)
    {
        var cut = new MetricsCut();
        try
        {
            foreach (var replica in replicas)
            {
                var address = engine == "docker" ? await OfContainerAsync(replica.Handle) : await OfProcessAsync(replica.Handle);
                await RuleAsync("-I", address);
                cut._dropped.Add(address);
            }

            return cut;
        }
        catch
        {
            await cut.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var address in _dropped) await RuleAsync("-D", address);
    }

    private static async Task RuleAsync(string verb, IPEndPoint address)
    {
        var done = await Tool.RunAsync("iptables", "-w", verb, "OUTPUT", "-p", "tcp", "-d", address.Address.ToString(), "--dport", address.Port.ToString(CultureInfo.InvariantCulture), "-j", "DROP");
        if (done.ExitCode != 0) throw new InvalidOperationException($"iptables {verb} {address}: {done}");
    }

    private static async Task<IPEndPoint> OfProcessAsync(string handle)
    {
        var environment = Encoding.UTF8.GetString(await File.ReadAllBytesAsync($"/proc/{handle}/environ")).Split('\0');
        return IPEndPoint.Parse(environment.First(v => v.StartsWith(Variable, StringComparison.Ordinal))[Variable.Length..]);
    }

    private static async Task<IPEndPoint> OfContainerAsync(string handle)
    {
        var inspected = await Tool.RunAsync("docker", "inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", handle);
        return new IPEndPoint(IPAddress.Parse(inspected.Output.Trim()), PortInContainer);
    }
}

#pragma warning disable MA0040 // The token here ends the gateway, not the questions to it: a drain is watched too.
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Fairlead.Core.Homes;
using Fairlead.Core.Routing;
using Fairlead.Telemetry.Prometheus;
using Fairlead.Testing;

namespace Fairlead.Gateway.Tests.Hosting;

/// <summary>The real program on a home and a port of its own.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<int> _running;

    private GatewayUnderTest(GatewayOptions options)
    {
        Home = options.Home;
        _running = Task.Run(() => GatewayProgram.RunAsync(options, _stop.Token));
    }

    public FairleadHome Home { get; }

    public GatewayRecord Record { get; private set; } = null!;

    public IPEndPoint EndPoint => IPEndPoint.Parse(Record.Address);

    /// <summary>A client of the public side that opens as many connections as it needs.</summary>
    public HttpClient Http { get; private set; } = null!;

    public HttpClient Admin { get; private set; } = null!;

    public static FairleadHome NewHome() => new(Directory.CreateTempSubdirectory("flgw").FullName);

    public static async Task<GatewayUnderTest> StartAsync(Func<GatewayOptions, GatewayOptions>? configure = null, FairleadHome? home = null)
    {
        var options = new GatewayOptions { Home = home ?? NewHome(), Address = "127.0.0.1:0" };
        var gateway = new GatewayUnderTest(configure?.Invoke(options) ?? options);
        var listens = await Eventually.BecomesAsync(() => gateway._running.IsCompleted || File.Exists(gateway.Home.GatewayFile), TimeSpan.FromSeconds(20));
        (listens && !gateway._running.IsCompleted).ShouldBeTrue("the gateway starts");
        gateway.Record = JsonSerializer.Deserialize(await File.ReadAllTextAsync(gateway.Home.GatewayFile), RoutingJson.Default.GatewayRecord)!;
        gateway.Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = new Uri($"http://{gateway.Record.Address}"), Timeout = TimeSpan.FromSeconds(30) };
        gateway.Admin = new HttpClient(new SocketsHttpHandler { ConnectCallback = gateway.ConnectAdminAsync }) { BaseAddress = new Uri("http://gateway") };
        return gateway;
    }

    /// <summary>With a socket that it inherits, and no clients let in.</summary>
    public static async Task<GatewayUnderTest> StartInStandbyAsync(int descriptor)
    {
        var gateway = new GatewayUnderTest(new GatewayOptions { Home = NewHome(), ListeningDescriptor = descriptor, Standby = true });
        var socket = gateway.Home.GatewayListenerOf(Environment.ProcessId);
        (await Eventually.BecomesAsync(() => gateway._running.IsCompleted || File.Exists(socket), TimeSpan.FromSeconds(20))).ShouldBeTrue();
        gateway.Http = new HttpClient();
        gateway.Admin = new HttpClient(new SocketsHttpHandler { ConnectCallback = gateway.ConnectAdminAsync }) { BaseAddress = new Uri("http://gateway") };
        return gateway;
    }

    public async Task<GatewayState> RouteAsync(RouteSnapshot snapshot)
    {
        using var answer = await PutAsync(snapshot);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync(RoutingJson.Default.GatewayState))!;
    }

    public Task<HttpResponseMessage> PutAsync(RouteSnapshot snapshot) => Admin.PutAsync("/routes", JsonContent.Create(snapshot, RoutingJson.Default.RouteSnapshot));

    public async Task<GatewayState> StateAsync() => (await Admin.GetFromJsonAsync("/state", RoutingJson.Default.GatewayState))!;

    public async Task<GatewayReplica> ReplicaAsync(string id) => (await StateAsync()).Replicas.Single(r => r.Id == id);

    public Task<bool> HealthBecomesAsync(string id, bool healthy, TimeSpan deadline) =>
        Eventually.BecomesAsync(async () => (await ReplicaAsync(id)).Healthy == healthy, deadline);

    public Task<string> MetricsAsync() => Admin.GetStringAsync(new Uri("/metrics", UriKind.Relative));

    /// <summary>The sum over all samples of that name whose labels are among these.</summary>
    public async Task<double> MetricAsync(string name, params string[] labels) =>
        (await MetricsAsync()).Split('\n')
            .Where(l => (l.StartsWith(name + "{", StringComparison.Ordinal) || l.StartsWith(name + " ", StringComparison.Ordinal)) && labels.All(l.Contains))
            .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..]));

    public Task<HttpResponseMessage> InferAsync(string body = "{}") => Http.PostAsync("/v2/models/m/infer", new StringContent(body));

    /// <summary>Its exit code when it ends by itself.</summary>
    public Task<int> EndedAsync(TimeSpan deadline) => _running.WaitAsync(deadline);

    public void OrderStop() => _stop.Cancel();

    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        return await _running.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Http.Dispose();
        Admin.Dispose();
        _stop.Dispose();
        Directory.Delete(Home.Root, recursive: true);
    }

    private async ValueTask<Stream> ConnectAdminAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Home.GatewaySocketOf(Environment.ProcessId)), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}

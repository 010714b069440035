using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Fairlead.Control.Routes;
using Fairlead.Core.Routing;
using Fairlead.Telemetry.Prometheus;

namespace Fairlead.Daemon.Gateways;

/// <summary>Speaks to one gateway on its unix socket. A gateway that does not answer is an everyday matter: null.</summary>
internal sealed class GatewayClient : IGatewayLink, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    // A push is stored on disk by the gateway before it answers.
    private static readonly TimeSpan PushDeadline = TimeSpan.FromSeconds(5);

    // As long as the gateway holds the question open, and what it takes to answer.
    private static readonly TimeSpan WaitDeadline = GatewayWaiting.Longest + Deadline;

    private readonly HttpClient _http;

    public GatewayClient(string socket) => _http = new HttpClient(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
                return new NetworkStream(connection, ownsSocket: true);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        },
    })
    { BaseAddress = new Uri("http://gateway"), Timeout = Timeout.InfiniteTimeSpan };

    public Task<GatewayState?> ReadStateAsync(CancellationToken cancellationToken) => TryAsync(Deadline, async token =>
    {
        using var answer = await _http.GetAsync("/state", token);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync(RoutingJson.Default.GatewayState, token) : null;
    }, cancellationToken);

    public Task<GatewayWaiting?> WaitAsync(long after, CancellationToken cancellationToken) => TryAsync(WaitDeadline, async token =>
    {
        using var answer = await _http.GetAsync(string.Create(CultureInfo.InvariantCulture, $"{GatewayWaiting.Route}?{GatewayWaiting.After}={after}"), token);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync(RoutingJson.Default.GatewayWaiting, token) : null;
    }, cancellationToken);

    public Task<GatewayState?> PushAsync(RouteSnapshot snapshot, CancellationToken cancellationToken) => TryAsync(PushDeadline, async token =>
    {
        using var answer = await _http.PutAsJsonAsync("/routes", snapshot, RoutingJson.Default.RouteSnapshot, token);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync(RoutingJson.Default.GatewayState, token) : null;
    }, cancellationToken);

    /// <summary>Tells it to move on: <see cref="HandOverContract"/>.</summary>
    public Task<GatewayState?> OrderAsync(string order, CancellationToken cancellationToken) => TryAsync(PushDeadline, async token =>
    {
        using var answer = await _http.PostAsync(order, content: null, token);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync(RoutingJson.Default.GatewayState, token) : null;
    }, cancellationToken);

    public Task<MetricScrape?> ReadMetricsAsync(CancellationToken cancellationToken) =>
        TryAsync(Deadline, async token => PrometheusReader.Read(await _http.GetByteArrayAsync("/metrics", token)), cancellationToken);

    public void Dispose() => _http.Dispose();

    private static async Task<T?> TryAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T?>> call, CancellationToken cancellationToken)
        where T : class
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            return await call(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException)
        {
            return null;
        }
    }
}

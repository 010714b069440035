using System.Net;
using Fairlead.Telemetry.Prometheus;

namespace Fairlead.Daemon.Traffic;

/// <summary>Reads replicas' metrics. One that does not answer is an everyday matter: null.</summary>
internal sealed class ReplicaMetrics : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = Deadline })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = 4 << 20,
    };

    public async Task<MetricScrape?> ReadAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            return PrometheusReader.Read(await _http.GetByteArrayAsync(new Uri($"http://{address}/metrics"), deadline.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();
}

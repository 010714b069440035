using System.Globalization;
using System.Text;
using Fairlead.Control.Autoscaling;
using Fairlead.Core.Units;
using Fairlead.Telemetry.Prometheus;

namespace Fairlead.Daemon.Traffic;

/// <summary>
/// Reads replicas' metrics. One that does not answer is an everyday matter; and one that answers may be any program, so that time, bytes
/// and samples are bounded.
/// </summary>
internal sealed class ReplicaMetrics(TimeSpan deadline) : IDisposable
{
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromMilliseconds(500);

    internal const int MostBytes = 1 << 20;
    internal const int MostSamples = 10_000;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = deadline })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MostBytes,
    };

    public async Task<MetricPage> ReadAsync(Uri address, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(deadline);
        try
        {
            using var answer = await _http.GetAsync(address, limited.Token);
            if (!answer.IsSuccessStatusCode) return MetricPage.Unreadable(string.Create(CultureInfo.InvariantCulture, $"{address.AbsolutePath} answers {(int)answer.StatusCode}"));
            var text = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(limited.Token));
            return PrometheusReader.Read(text, MostSamples) is { } scrape ? MetricPage.Of(scrape) : MetricPage.Unreadable($"{address.AbsolutePath} has more than {MostSamples} samples");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return MetricPage.Unreadable($"{address.AbsolutePath} does not answer within {Duration.Format(deadline)}");
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            return MetricPage.Unreadable($"{address.AbsolutePath} has more than 1 MiB");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return MetricPage.Unreadable($"{address.AbsolutePath} cannot be read");
        }
    }

    public void Dispose() => _http.Dispose();
}

using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Fairlead.Bench.Server;

/// <param name="Rate">Answers with 200 a second.</param>
/// <param name="P99">Microseconds, of answers with 200.</param>
/// <param name="Refused">Answers with 429 or 503 and a Retry-After.</param>
/// <param name="Other">All else: other statuses, cut connections.</param>
internal sealed record OpenFigures(long Sent, double Offered, double Rate, double P99, long Refused, long Other);

/// <summary>Sends at a constant rate, whatever comes back: what users do, and what a closed loop of connections hides.</summary>
internal static class OpenLoad
{
    public static async Task<OpenFigures> RunAsync(Uri url, Body body, double rate, TimeSpan duration)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1024, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1) }) { Timeout = TimeSpan.FromSeconds(30) };
        var bytes = await File.ReadAllBytesAsync(body.File);
        var (times, refused, other) = (new List<double>(), 0L, 0L);
        var gate = new Lock();
        var pending = new List<Task>();
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) is var elapsed && elapsed < duration)
        {
            for (var due = (long)(elapsed.TotalSeconds * rate); pending.Count < due;) pending.Add(SendAsync());
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        await Task.WhenAll(pending);
        times.Sort();
        return new OpenFigures(pending.Count, pending.Count / duration.TotalSeconds, times.Count / duration.TotalSeconds, times.Count == 0 ? double.NaN : times[(int)(times.Count * 0.99)], refused, other);

        async Task SendAsync()
        {
            var sent = Stopwatch.GetTimestamp();
            using var content = new ByteArrayContent(bytes);
            if (body.HeaderLength is { } length) content.Headers.Add("Inference-Header-Content-Length", length.ToString(CultureInfo.InvariantCulture));
            HttpStatusCode? status = null;
            var comeAgain = false;
            try
            {
                using var answer = await client.PostAsync(url, content);
                (status, comeAgain) = (answer.StatusCode, answer.Headers.RetryAfter is not null);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // Counted below as neither answered nor refused.
            }

            lock (gate)
            {
                if (status == HttpStatusCode.OK) times.Add(Stopwatch.GetElapsedTime(sent).TotalMicroseconds);
                else if (status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable && comeAgain) refused++;
                else other++;
            }
        }
    }
}

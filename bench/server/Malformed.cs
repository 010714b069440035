using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fairlead.Bench.Server;

/// <summary>Load with one request in twenty malformed: memory must not grow, and only the malformed may be refused, none with 5xx.</summary>
internal static class Malformed
{
    private static readonly string[] Bodies =
    [
        "", "{", "nonsense", "[]", "{\"inputs\":[]}", "{\"inputs\":[{\"name\":\"X\"}]}", "\uFEFF{}",
        "{\"inputs\":[{\"name\":\"X\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1]}]}",
        "{\"inputs\":[{\"name\":\"X\",\"datatype\":\"FP32\",\"shape\":[2147483648,2147483648],\"data\":[1,2]}]}",
        "{\"inputs\":[{\"name\":\"X\",\"datatype\":\"INT8\",\"shape\":[1,2],\"data\":[1,2]}]}",
        "{\"inputs\":[{\"name\":\"Y\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1,2]}]}",
        "{\"inputs\":[{\"name\":\"X\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[NaN,2]}]}",
        $"{{\"inputs\":{new string('[', 10_000)}}}",
    ];

    public static async Task RunAsync(Workspace workspace, Report report, TimeSpan duration)
    {
        var model = SmallTensor.Model(workspace);
        var good = Encoding.UTF8.GetBytes("{\"inputs\":[{\"name\":\"X\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[5.1,3.5]}]}");
        await using var server = await Subject.FairleadAsync(model);
        await server.ReadyAsync(Body.Json(workspace, "X", [1, 2], [5.1f, 3.5f]));
        var counts = new Counts();
        using var ended = new CancellationTokenSource(duration, TimeProvider.System);
        var callers = Enumerable.Range(0, 8).Select(seed => CallAsync(server.Url, good, new Random(seed), counts, ended.Token)).ToList();
        await Task.Delay(duration / 5, TimeProvider.System, CancellationToken.None);
        var early = server.ResidentMegabytes;
        await Task.WhenAll(callers);
        var late = server.ResidentMegabytes;

        report.Note("requests sent", counts.Good + counts.Bad, $"in {duration.TotalMinutes:0.#} min, {counts.Bad} malformed or cut off");
        report.AtMost("good requests not answered with 200", counts.GoodRefused, 0, "requests");
        report.AtMost("malformed requests not answered with 4xx", counts.BadAccepted, 0, "requests");
        report.AtMost("memory gained after the first fifth", late - early, 5, $"MB (from {early:0.0})");
    }

    private static async Task CallAsync(Uri url, byte[] good, Random random, Counts counts, CancellationToken ended)
    {
        using var client = new HttpClient();
        while (!ended.IsCancellationRequested)
        {
            if (random.Next(20) > 0)
            {
                using var content = new ByteArrayContent(good);
                using var answer = await client.PostAsync(url, content, CancellationToken.None);
                counts.AddGood(answer.StatusCode);
            }
            else if (random.Next(8) == 0)
            {
                await CutOffAsync(url, random);
                counts.AddBad(null);
            }
            else
            {
                using var content = new StringContent(Bodies[random.Next(Bodies.Length)]);
                using var answer = await client.PostAsync(url, content, CancellationToken.None);
                counts.AddBad(answer.StatusCode);
            }
        }
    }

    /// <summary>A body that ends early, or no HTTP at all.</summary>
    private static async Task CutOffAsync(Uri url, Random random)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, url.Port);
        var bytes = random.Next(2) == 0 ? Encoding.ASCII.GetBytes($"POST {url.AbsolutePath} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{{") : [0, 1, 2, 255, 13, 10, 13, 10];
        await connection.GetStream().WriteAsync(bytes);
    }

    private sealed class Counts
    {
        private long _good;
        private long _bad;
        private long _goodRefused;
        private long _badAccepted;

        public long Good => _good;

        public long Bad => _bad;

        public long GoodRefused => _goodRefused;

        public long BadAccepted => _badAccepted;

        public void AddGood(HttpStatusCode status)
        {
            Interlocked.Increment(ref _good);
            if (status != HttpStatusCode.OK) Interlocked.Increment(ref _goodRefused);
        }

        /// <param name="status">Null for one that waits for no answer.</param>
        public void AddBad(HttpStatusCode? status)
        {
            Interlocked.Increment(ref _bad);
            if (status is { } code && ((int)code < 400 || (int)code >= 500)) Interlocked.Increment(ref _badAccepted);
        }
    }
}

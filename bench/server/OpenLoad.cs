using System.Collections.Concurrent;
using System.Diagnostics;

namespace Fairlead.Bench.Server;

/// <param name="Rate">Answers with 200 a second.</param>
/// <param name="P99">Microseconds from the moment a request was due, of answers with 200.</param>
/// <param name="Refused">Answers with 429 or 503 and a Retry-After.</param>
/// <param name="Others">All else, by status; 0 for cut connections.</param>
internal sealed record OpenFigures(long Sent, double Offered, double Rate, double P99, long Refused, IReadOnlyDictionary<int, long> Others)
{
    public long Other => Others.Values.Sum();

    public string OthersText => string.Join(", ", Others.OrderBy(o => o.Key).Select(o => $"{o.Value} × {(o.Key == 0 ? "cut" : o.Key)}"));
}

/// <summary>Sends at random moments at a rate (a Poisson process), whatever comes back: what users do, and what a closed loop of connections hides.</summary>
internal sealed class OpenLoad
{
    private readonly ConcurrentBag<OpenConnection> _idle = [];
    private readonly Lock _gate = new();
    private readonly List<double> _times = [];
    private readonly Dictionary<int, long> _others = [];
    private readonly Uri _url;
    private readonly byte[] _request;
    private long _refused;

    private OpenLoad(Uri url, byte[] request) => (_url, _request) = (url, request);

    public static async Task<OpenFigures> RunAsync(Uri url, Body body, double rate, TimeSpan duration)
    {
        var load = new OpenLoad(url, OpenConnection.Request(url, await File.ReadAllBytesAsync(body.File), body.HeaderLength));
        var sent = await load.SendAsync(rate, duration);
        while (load._idle.TryTake(out var connection)) connection.Dispose();
        return load.Figures(sent, duration);
    }

    private async Task<long> SendAsync(double rate, TimeSpan duration)
    {
        var (pending, random, due) = (new List<Task>(), new Random(7), 0.0);
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) is var elapsed && elapsed < duration)
        {
            for (; due < elapsed.TotalSeconds; due -= Math.Log(1 - random.NextDouble()) / rate) pending.Add(AnswerAsync(start + (long)(due * Stopwatch.Frequency)));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        await Task.WhenAll(pending);
        return pending.Count;
    }

    private async Task AnswerAsync(long due)
    {
        var connection = _idle.TryTake(out var idle) ? idle : await OpenConnection.ConnectAsync(_url);
        var answer = await connection.ExchangeAsync(_request);
        if (answer.Closes) connection.Dispose();
        else _idle.Add(connection);
        lock (_gate)
        {
            if (answer.Status == 200) _times.Add(Stopwatch.GetElapsedTime(due).TotalMicroseconds);
            else if (answer is { Status: 429 or 503, ComesAgain: true }) _refused++;
            else _others[answer.Status] = _others.GetValueOrDefault(answer.Status) + 1;
        }
    }

    private OpenFigures Figures(long sent, TimeSpan duration)
    {
        _times.Sort();
        return new OpenFigures(sent, sent / duration.TotalSeconds, _times.Count / duration.TotalSeconds, _times.Count == 0 ? double.NaN : _times[(int)(_times.Count * 0.99)], _refused, _others);
    }
}
